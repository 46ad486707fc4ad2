import { type ApiKey, hashApiKey } from '../../core/api-key.ts';
import { ForbiddenError, UnauthorizedError } from '../../core/errors.ts';
import type { Scope } from '../../core/routes.ts';

/** How long a key that was found is kept in memory, and so how long a revoked one may still work: ms. */
const REMEMBERED_MS = 30_000;
/** How many keys are kept at most. */
const MAX_REMEMBERED = 1000;

/** Who is calling: the user whose key it is. */
export type Caller = { readonly userId: string };

/** Tells who calls with this `Authorization` header, and refuses where its key does not allow `scope`. */
export type Authenticate = (authorization: string | undefined, scope: Scope) => Promise<Caller>;

/** Authentication by bearer API keys, found by their hash with `findApiKey`. */
export function createAuthenticate(
  findApiKey: (hash: string) => Promise<ApiKey | undefined>,
  now: () => number = Date.now,
): Authenticate {
  const remembered = new Map<string, { key: ApiKey; until: number }>();

  const find = async (hash: string) => {
    const known = remembered.get(hash);
    if (known && known.until > now()) return known.key;
    const key = await findApiKey(hash);
    remembered.delete(hash);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    if (key) remembered.set(hash, { key, until: now() + REMEMBERED_MS });
    return key;
  };

  return async (authorization, scope) => {
    const text = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (text === undefined) throw new UnauthorizedError('takes a bearer API key: Bearer your_api_key');
    const key = await find(hashApiKey(text));
    if (!key) throw new UnauthorizedError('holds an API key that is not known');
    if (!key.scopes.includes(scope)) throw new ForbiddenError(scope);
    return { userId: key.userId };
  };
}
