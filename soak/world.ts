import type { CONDUCTS, ConductName, Receivers } from './receivers.ts';
import type { System } from './system.ts';

/** What becomes of a webhook in the course of a run, beside what its receiver does. */
type Fate = 'stays' | 'is toggled' | 'is deleted' | 'is repaired' | 'is replayed';

type Plan = {
  readonly userId: string;
  readonly conduct: keyof typeof CONDUCTS;
  readonly events: readonly string[];
  readonly fate: Fate;
};

/** A customer's webhook, and the receiver behind it. */
export type Subscriber = Plan & {
  readonly name: string;
  readonly id: string;
  readonly key: string;
  /** All that it ever had. */
  readonly secrets: string[];
};

/** Whether a webhook is subscribed to events of a type. */
export const wants = ({ events }: Subscriber, type: string): boolean =>
  events.some((pattern) => pattern === '*' || pattern === type || type.startsWith(pattern.replace('*', '')));

const webhook = (
  user: number,
  conduct: ConductName,
  { events = ['*'], fate = 'stays' }: { events?: readonly string[]; fate?: Fate } = {},
): Plan => ({ userId: `user_${user}`, conduct, events, fate });

const PLANS: readonly Plan[] = [
  webhook(0, 'steady'),
  webhook(0, 'flaky', { events: ['thought.*'] }),
  webhook(0, 'dead', { events: ['thought.created'] }),
  webhook(1, 'slow'),
  webhook(1, 'rude', { events: ['thought.*', 'category.created'] }),
  webhook(1, 'gone'),
  webhook(2, 'hanging'),
  webhook(2, 'steady', { events: ['category.*'] }),
  webhook(2, 'flaky', { fate: 'is toggled' }),
  webhook(3, 'steady', { fate: 'is replayed' }),
  webhook(3, 'flaky', { fate: 'is deleted' }),
  webhook(3, 'dead', { fate: 'is repaired' }),
];

export const USER_IDS = [...new Set(PLANS.map(({ userId }) => userId))];

/** The `Idempotency-Key` with which a webhook is made. */
export const creationKeyOf = (name: string) => `soak-${name}`;

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
        body: { url: receivers.urlOf(name, plan.conduct), events: plan.events },
      });
      if (status !== 201) throw new Error(`the webhook ${name} was not made: ${JSON.stringify(body)}`);
      return Object.assign({ name, id: body.id, key, secrets: [body.secret] }, plan);
    }),
  );
}
