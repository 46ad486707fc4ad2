import { INVOCATION_MS } from '../core/order.ts';
import { chancesOf } from '../local/faults/chances.ts';
import type { Receivers } from './receivers.ts';
import { readRecoveries } from './recoveries.ts';
import type { System } from './system.ts';
import type { Fate, Subscriber } from './world.ts';

/** How many requests a second a receiver takes that was mended, at least. */
const MIN_REPAIRED_RATE = 3;
/** So long it has to take what it missed, of which there is more in a larger run, one for some four events: seconds. */
const RECOVERY_SECONDS = 60;

type Circumstances = {
  readonly seed: number;
  /** How many are published. */
  readonly events: number;
  readonly system: System;
  readonly receivers: Receivers;
  /** When the run began, by the system's clock: epoch ms. */
  readonly since: number;
};

/**
 * The hands of customers, in the middle of attempts and retries: `meddle` does so once with each webhook, as its
 * fate is.
 */
export function createMeddler(
  { seed, events, system, receivers, since }: Circumstances,
  subscribers: readonly Subscriber[],
) {
  const repaired = new Set<string>();
  /** When deliveries were first replayed, by the clock of this process: ms. */
  const replayedAt = new Map<string, number>();
  /** Far fewer than a recovery has for it. */
  const repairedRate = Math.max(MIN_REPAIRED_RATE, Math.ceil(events / 4 / RECOVERY_SECONDS));
  let round = 0;

  const patch = async (subscriber: Subscriber, body: object): Promise<void> => {
    const { id, key } = subscriber;
    const answer = await system.call('PATCH', `/webhooks/${id}`, { key, body });
    // A change that took effect while its answer was lost may be in the way of its own repeat.
    if (answer.status === 409) return patch(subscriber, body);
    if (answer.status !== 200) throw new Error(`PATCH was refused: ${JSON.stringify(answer.body)}`);
  };

  /** From now on these secrets of a webhook sign nothing but what has been begun. */
  const end = async ({ endOf }: Subscriber, ...secrets: readonly string[]) => {
    const at = (await system.now()) + INVOCATION_MS;
    for (const secret of secrets) endOf.set(secret, Math.min(at, endOf.get(secret) ?? at));
  };

  /** Off, on, and on again with another secret. */
  const toggle = async (subscriber: Subscriber) => {
    await patch(subscriber, { active: round % 2 === 0 });
    const [old = ''] = subscriber.secrets.slice(-1);
    const secret = `a secret of the round ${round}`;
    subscriber.secrets.push(secret);
    await patch(subscriber, { secret });
    await end(subscriber, old);
  };

  /** Off, and on again; nothing is kept meanwhile. */
  const pause = (subscriber: Subscriber) => patch(subscriber, { active: round % 2 === 0 });

  /** Another secret, beside which the old one signs for an hour; where one does so already, that is ended at times. */
  const rotate = async (subscriber: Subscriber) => {
    const { id, key, name, secrets, endOf } = subscriber;
    const headers = { 'idempotency-key': `soak-${name}-${round}` };
    const body = { overlap_hours: 1 };
    const answer = await system.call('POST', `/webhooks/${id}/secret/rotate`, { key, headers, body });
    if (answer.status === 409) return round % 3 === 0 ? endRotation(subscriber) : undefined;
    endOf.set(secrets.at(-1) ?? '', Date.parse(answer.body.secret_rotation.until));
    secrets.push(answer.body.secret);
  };

  /** One of two secrets goes on alone; the other signs what has been begun. */
  const endRotation = async (subscriber: Subscriber) => {
    const { id, key, secrets, endOf } = subscriber;
    const [old = '', current = ''] = secrets.slice(-2);
    const keep = round % 2 === 0 ? 'new' : 'old';
    await system.call('POST', `/webhooks/${id}/secret/rotate/end`, { key, body: { keep } });
    // It may have been over by itself, which is refused, as is a repeat of one whose answer was lost.
    const { body } = await system.call('GET', `/webhooks/${id}`, { key });
    const kept = body.secret.endsWith(old.slice(-4)) ? old : current;
    await end(subscriber, kept === old ? current : old);
    endOf.delete(kept);
    secrets.push(kept);
  };

  const remove = async (subscriber: Subscriber) => {
    const { id, key, secrets } = subscriber;
    if (round !== 3) return;
    await system.call('DELETE', `/webhooks/${id}`, { key });
    await end(subscriber, ...secrets);
  };

  /** Asks for all that was missed so far. */
  const recover = async ({ id, key }: Subscriber) => {
    const body = { since: new Date(since).toISOString() };
    const answer = await system.call('POST', `/webhooks/${id}/recoveries`, { key, body });
    if (answer.status !== 202) throw new Error(`no recovery was begun: ${JSON.stringify(answer.body)}`);
  };

  /** Calls off the recovery that is running, if any, and asks for another. */
  const recoverAnew = async (subscriber: Subscriber) => {
    const { id, key } = subscriber;
    const running = (await readRecoveries(system, subscriber)).find(({ state }) => state === 'running');
    if (!running) return;
    await system.call('POST', `/webhooks/${id}/recoveries/${running.id}/cancel`, { key });
    await recover(subscriber);
  };

  /** Once it was turned off, the customer mends its receiver, turns it on, and has what it missed sent again, slowly. */
  const repair = async (subscriber: Subscriber) => {
    const { id, key, name } = subscriber;
    if (repaired.has(id)) return round % 3 === 0 ? recoverAnew(subscriber) : undefined;
    const { body } = await system.call('GET', `/webhooks/${id}`, { key });
    if (body.active) return;
    repaired.add(id);
    subscriber.limit = { perSecond: repairedRate, since: performance.now() };
    const url = receivers.urlOf(name, 'steady');
    await patch(subscriber, { url, active: true, rate_limit: repairedRate });
    await recover(subscriber);
  };

  /** Replays one of the latest deliveries; of what is sent in order every other time one that may hold up its line. */
  const replay = async ({ id, key, ordered }: Subscriber) => {
    const query = ordered && round % 2 === 0 ? 'limit=20&status=retrying' : 'limit=20';
    const { body } = await system.call('GET', `/webhooks/${id}/deliveries?${query}`, { key });
    const [first] = chancesOf(`${seed} replay ${round}`);
    const delivery = body.deliveries[Math.floor(first * body.deliveries.length)];
    if (delivery) {
      replayedAt.set(delivery.id, replayedAt.get(delivery.id) ?? performance.now());
      await system.call('POST', `/webhooks/${id}/replay/${delivery.id}`, { key });
    }
    await system.call('POST', `/webhooks/${id}/test`, { key, body: {} });
  };

  const act: Readonly<Record<Fate, (subscriber: Subscriber) => Promise<unknown>>> = {
    stays: async () => {},
    'is toggled': toggle,
    'is paused': pause,
    'is deleted': remove,
    'is repaired': repair,
    'is replayed': replay,
    'is rotated': rotate,
  };

  return {
    wasRepaired: (webhookId: string) => repaired.has(webhookId),
    replayedAt,
    /** When no retry waits any more, has what was cancelled since its repair sent to each webhook, too. */
    finish: async () => {
      const broken = subscribers.filter(({ fate }) => fate === 'is repaired');
      await Promise.all(broken.map(repair));
      await Promise.all(broken.filter(({ id }) => repaired.has(id)).map(recover));
    },
    meddle: async () => {
      round += 1;
      await Promise.all(subscribers.map((subscriber) => act[subscriber.fate](subscriber)));
    },
  };
}
