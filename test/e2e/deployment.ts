import { randomUUID } from 'node:crypto';
import { createApiKey, mintApiKey } from '../../core/api-key.ts';
import { SCOPES, type Scope } from '../../core/routes.ts';
import { deleteApiKey, putApiKey } from '../../lambdas/aws/api-key-store.ts';
import { openTable } from '../../lambdas/aws/table.ts';
import { createCall, type LaptopHelpers, type System } from './hands.ts';
import { startInboxes } from './inboxes.ts';

/** A deployed system that the tests are held against. */
export type Deployment = {
  readonly apiUrl: string;
  /** The outputs of the stack; its table and its bus are reached by the AWS environment. None: API keys are given. */
  readonly outputs: Readonly<Record<string, string>> | undefined;
  /** Given API keys, by user, and by user and scopes where a key has not all: `user_123 webhooks:read`. */
  readonly apiKeys: Readonly<Record<string, string>>;
  /** Where the inboxes of the tests listen on this machine: any free port where it is 0. */
  readonly receiverPort: number;
  /** By which URL the deployment reaches them; undefined where it is on this machine. */
  readonly receiverUrl: string | undefined;
  readonly retryDelaysSeconds: readonly number[];
  /** The emulator that it runs on, if it does: `ministack`. */
  readonly emulator: string | undefined;
};

type Keys = { readonly create: System['createKey']; readonly revokeAll: () => Promise<void> };

/** Keys that are written to the table of the stack, and removed from it in the end. */
function createKeys(tableName: string): Keys {
  const table = openTable(tableName);
  const created: ReturnType<typeof createApiKey>[] = [];
  return {
    create: async (userId, scopes = SCOPES) => {
      const key = mintApiKey();
      const record = createApiKey(key, { userId, scopes, now: Date.now() });
      created.push(record);
      await putApiKey(table)(record);
      return key;
    },
    revokeAll: async () => {
      for (const record of created) await deleteApiKey(table)(record);
    },
  };
}

/** Keys that were given. */
function findKeys(apiKeys: Deployment['apiKeys']): Keys {
  return {
    create: async (userId, scopes = SCOPES) => {
      const name = scopes.length === SCOPES.length ? userId : [userId, ...scopes].join(' ');
      const key = apiKeys[name];
      if (!key) throw new Error(`no API key "${name}" was given`);
      return key;
    },
    revokeAll: async () => {},
  };
}

/** What a key allows that can make webhooks, and take them away. */
const MANAGE: readonly Scope[] = ['webhooks:read', 'webhooks:write'];

/** The most webhooks that a page may have. */
const PAGE = 100;

async function deleteWebhooks(call: System['call'], key: string): Promise<void> {
  const { webhooks } = (await call('GET', `/webhooks?limit=${PAGE}`, { key })).body;
  for (const { id } of webhooks) await call('DELETE', `/webhooks/${id}`, { key });
  if (webhooks.length === PAGE) await deleteWebhooks(call, key);
}

const refuse = () => Promise.reject(new Error("a laptop alone can do that: say needing('laptop')"));
const NO_HELPERS: LaptopHelpers = {
  schedules: refuse,
  countMessages: refuse,
  armFaults: refuse,
  disarmFaults: refuse,
};

/**
 * Connects to a deployed system. The users that get keys lose whatever webhooks they have, then and in the end.
 */
export async function connect(deployment: Deployment): Promise<System> {
  const { apiUrl, outputs, receiverPort, receiverUrl, retryDelaysSeconds } = deployment;
  const call = createCall(apiUrl);
  const keys = outputs?.TableName ? createKeys(outputs.TableName) : findKeys(deployment.apiKeys);
  const inboxes = await startInboxes(receiverPort, receiverUrl);
  const connectionId = randomUUID();
  /** An inbox of this connection: deliveries of an earlier one may still be on their way. */
  const own = (name: string) => `${name}-${connectionId}`;
  /** A key of each user that may have webhooks. */
  const users = new Map<string, string>();

  async function createKey(userId: string, scopes: readonly Scope[] = SCOPES) {
    const key = await keys.create(userId, scopes);
    if (users.has(userId) || !MANAGE.every((scope) => scopes.includes(scope))) return key;
    users.set(userId, key);
    await deleteWebhooks(call, key);
    return key;
  }

  async function stop() {
    try {
      for (const key of users.values()) await deleteWebhooks(call, key);
      await keys.revokeAll();
    } finally {
      await inboxes.stop();
    }
  }

  return {
    url: apiUrl,
    outputs: outputs ?? {},
    sdkConfig: {},
    retryDelaysSeconds,
    call,
    createKey,
    inboxUrl: (name) => inboxes.urlOf(own(name)),
    setBehaviour: async (name, behaviour) => inboxes.behave(own(name), behaviour),
    requests: async (name) => [...inboxes.requestsOf(own(name))],
    forget: async (name) => inboxes.forget(own(name)),
    advance: async () => {},
    ...NO_HELPERS,
    stop,
  };
}
