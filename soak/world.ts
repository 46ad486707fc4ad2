import type { Published } from './publisher.ts';
import type { CONDUCTS, ConductName, Receivers } from './receivers.ts';
import type { System } from './system.ts';

/** What becomes of a webhook in the course of a run, beside what its receiver does. */
export type Fate =
  | 'stays'
  | 'is toggled'
  | 'is paused'
  | 'is deleted'
  | 'is repaired'
  | 'is replayed'
  | 'is rotated';

type Plan = {
  readonly userId: string;
  readonly conduct: keyof typeof CONDUCTS;
  readonly events: readonly string[];
  /** The half of the events that its filter lets through; all where absent. */
  readonly half?: Half;
  /** How many requests a second it takes; any number where absent. */
  readonly rateLimit?: number;
  /** Whether it is sent one delivery at a time, in order. */
  readonly ordered?: boolean;
  /** Of its own, on every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fate: Fate;
};

/** Events are of one half or the other, as their data say. */
export type Half = 'even' | 'odd';

/** How many requests a second a webhook takes, and since when by the clock of this process: ms. */
export type Limit = { readonly perSecond: number; readonly since: number };

/** A customer's webhook, and the receiver behind it. */
export type Subscriber = Plan & {
  readonly name: string;
  readonly id: string;
  readonly key: string;
  /** All that it ever had. */
  readonly secrets: string[];
  /** When a secret that was rotated or replaced, or is of a webhook that was deleted, signs no longer: epoch ms. */
  readonly endOf: Map<string, number>;
  /** The rate limit that it has had last, if any. */
  limit: Limit | undefined;
};

/** What the system tells of a customer's webhooks, to others of the same customer. */
const OPERATIONAL: ReadonlySet<string> = new Set([
  'webhook.disabled',
  'delivery.exhausted',
  'recovery.completed',
]);

export const isOperational = (type: string): boolean => OPERATIONAL.has(type);

/** Whether a webhook is subscribed to events of a type. */
export const wants = ({ events }: Subscriber, type: string): boolean =>
  events.some((pattern) => {
    if (pattern === '*') return !isOperational(type);
    return pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
  });

const webhook = (user: number, conduct: ConductName, options: Partial<Plan> = {}): Plan => ({
  userId: `user_${user}`,
  conduct,
  events: ['*'],
  fate: 'stays',
  ...options,
});

const PLANS: readonly Plan[] = [
  webhook(0, 'steady', { headers: { 'X-Soak-Key': 'a key of the first', 'X-Soak-Tenant': 'first' } }),
  webhook(0, 'flaky', { events: ['thought.*'], half: 'odd', rateLimit: 5 }),
  webhook(0, 'dead', { events: ['thought.created'] }),
  webhook(1, 'slow', { fate: 'is rotated' }),
  webhook(1, 'rude', { events: ['thought.*', 'category.created'] }),
  webhook(1, 'gone'),
  webhook(2, 'hanging'),
  webhook(2, 'steady', { events: ['category.*'], half: 'even' }),
  webhook(2, 'flaky', { headers: { 'X-Soak-Key': 'a key of the ninth' }, fate: 'is toggled' }),
  webhook(3, 'steady', { fate: 'is replayed' }),
  webhook(3, 'flaky', { fate: 'is deleted' }),
  webhook(3, 'dead', { fate: 'is repaired' }),
  webhook(0, 'steady', { events: ['webhook.disabled', 'delivery.exhausted'] }),
  webhook(1, 'flaky', { events: ['webhook.*', 'delivery.*'] }),
  webhook(2, 'busy', { events: ['thought.*'] }),
  // Each retry that waits holds up the whole line: a move of the clock for each.
  webhook(2, 'moody', {
    events: ['thought.*', 'category.*'],
    ordered: true,
    rateLimit: 10,
    fate: 'is replayed',
  }),
  webhook(3, 'flaky', { ordered: true, fate: 'is deleted' }),
  webhook(3, 'flaky', { events: ['recovery.completed'] }),
  webhook(1, 'slow', { events: ['category.*'], fate: 'is paused' }),
];

export const USER_IDS = [...new Set(PLANS.map(({ userId }) => userId))];

/** The `Idempotency-Key` with which a webhook is made. */
export const creationKeyOf = (name: string) => `soak-${name}`;

/** Whether an event that was published is for a webhook: by its customer, its type and its data. */
export const isFor = (subscriber: Subscriber, { userId, type, half }: Published): boolean =>
  userId === subscriber.userId &&
  wants(subscriber, type) &&
  (subscriber.half === undefined || subscriber.half === half);

/** Makes the webhooks of all customers. */
export async function createSubscribers(
  system: System,
  receivers: Receivers,
  keys: ReadonlyMap<string, string>,
): Promise<Subscriber[]> {
  return Promise.all(
    PLANS.map(async (plan, index) => {
      const name = `${plan.conduct}-${index}`;
      const key = keys.get(plan.userId) ?? '';
      const { status, body } = await system.call('POST', '/webhooks', {
        key,
        headers: { 'idempotency-key': creationKeyOf(name) },
        body: {
          url: receivers.urlOf(name, plan.conduct),
          events: plan.events,
          ...(plan.half && { filter: { half: [plan.half] } }),
          ...(plan.ordered && { ordered: true }),
          ...(plan.rateLimit && { rate_limit: plan.rateLimit }),
          ...(plan.headers && { headers: plan.headers }),
          keep_while_inactive: plan.fate === 'is toggled',
        },
      });
      if (status !== 201) throw new Error(`the webhook ${name} was not made: ${JSON.stringify(body)}`);
      const limit = plan.rateLimit ? { perSecond: plan.rateLimit, since: 0 } : undefined;
      return Object.assign({ name, id: body.id, key, secrets: [body.secret], endOf: new Map(), limit }, plan);
    }),
  );
}
