import { admit } from '../bin/admit.ts';
import { mintApiKey } from '../core/api-key.ts';
import type { Runtime } from '../local/runtime.ts';

/** Calls the API as a user; the answer's body, parsed. */
export type Call = (
  user: string,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
) => Promise<Record<string, string>>;

/** Calls the API of a runtime, with a key that is made for each user when it is first needed. */
export function createCall(runtime: Runtime): Call {
  const keys = new Map<string, Promise<string>>();
  const createKey = async (userId: string) => {
    const key = mintApiKey();
    await admit(runtime, key, { userId });
    return key;
  };
  return async (user, method, path, body) => {
    const key = keys.get(user) ?? createKey(user);
    keys.set(user, key);
    const headers = { authorization: `Bearer ${await key}` };
    const answer = await fetch(runtime.url + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
    return (await answer.json()) as Record<string, string>;
  };
}
