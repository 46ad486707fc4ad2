import { setTimeout } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_CATALOGUE, type EventType } from '../core/event-catalogue.ts';
import { clientConfigOf } from '../local/aws/client-config.ts';
import { chancesOf } from '../local/faults/chances.ts';
import type { Host } from './hosts.ts';
import type { System } from './system.ts';
import { type Half, USER_IDS } from './world.ts';

/** An event that was published, as far as its producer can know. */
export type Published = {
  /** Its number in the run, which its data carries. */
  readonly number: number;
  /** Which its producer gave it, so that its repeats are known. */
  readonly id: string | undefined;
  readonly userId: string;
  readonly type: EventType;
  readonly half: Half;
  readonly data: object;
  /** Whether the system has said that it took the event: a producer that heard nothing cannot know. */
  readonly isCertain: boolean;
};

const TYPES: readonly EventType[] = ['thought.created', 'thought.deleted', 'category.created'];

/** Every so many events have a payload too large for a message. */
const LARGE_EVERY = 20;
const LARGE_CHARACTERS = 20_000;

/** How often a producer tells the bus of an event that it gave an id, before it gives up. */
const MAX_TRIES = 480;
const PAUSE_MS = 250;

type Event = { id?: string; event: EventType; data: object };
/** Publishes an event. @returns whether the system has said that it took it */
type Publish = (event: Event) => Promise<boolean>;

/**
 * What publishes the events of a run: by the API and on the bus, with ids of the producer's own (some of them twice)
 * and without, small ones and large ones.
 */
export function createPublisher(
  {
    seed,
    host,
    system,
    keys,
  }: { seed: number; host: Host; system: System; keys: ReadonlyMap<string, string> },
  onPublished: () => void,
) {
  const published: Published[] = [];

  const byApi =
    (userId: string): Publish =>
    async (body) => {
      const key = keys.get(userId) ?? '';
      const send = body.id === undefined ? system.tryOnce : system.call;
      const answer = await send('POST', '/events', { key, body });
      if (answer && answer.status !== 202) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
      return answer !== undefined;
    };

  const putOnBus: Publish = async (detail) => {
    const { environment, outputs } = host.account();
    const bus = new EventBridgeClient({ ...clientConfigOf(environment), maxAttempts: 1 });
    const entry = {
      EventBusName: outputs.BusName,
      Source: 'cathcr',
      DetailType: detail.event,
      Detail: JSON.stringify(detail),
    };
    try {
      const { FailedEntryCount } = await bus.send(new PutEventsCommand({ Entries: [entry] }));
      return FailedEntryCount === 0;
    } catch {
      return false;
    }
  };

  const onBus: Publish = async (event) => {
    for (let tries = 1; ; tries += 1) {
      const isTaken = await putOnBus(event);
      if (isTaken || event.id === undefined) return isTaken;
      if (tries >= MAX_TRIES) throw new Error('the bus takes nothing');
      await setTimeout(PAUSE_MS);
    }
  };

  /** One of the ways in which producers publish, and whether the event has an id of theirs. */
  const chooseWay = (userId: string, chance: number): { publish: Publish; hasId: boolean } => {
    if (chance < 0.5) return { publish: byApi(userId), hasId: true };
    if (chance < 0.6) return { publish: twice(byApi(userId)), hasId: true };
    if (chance < 0.8) return { publish: byApi(userId), hasId: false };
    return { publish: onBus, hasId: chance < 0.9 };
  };

  return {
    published: published as readonly Published[],
    publish: async (number: number) => {
      const [who, what, way] = chancesOf(`${seed} event ${number}`);
      const userId = USER_IDS[Math.floor(who * USER_IDS.length)] ?? '';
      const type = TYPES[Math.floor(what * TYPES.length)] ?? 'thought.created';
      const text = number % LARGE_EVERY === 0 ? noiseOf(`${seed} ${number}`) : '';
      const half = number % 2 === 0 ? 'even' : 'odd';
      const data = { ...EVENT_CATALOGUE[type].sample, user_id: userId, soak: number, half, text };
      const { publish, hasId } = chooseWay(userId, way);
      const id = hasId ? `soak-${seed}-${number}` : undefined;
      const isCertain = await publish({ ...(id && { id }), event: type, data });
      published.push({ number, id, userId, type, half, data, isCertain });
      onPublished();
    },
  };
}

const twice =
  (publish: Publish): Publish =>
  async (event) => {
    const both = await Promise.all([publish(event), publish(event)]);
    return both.some(Boolean);
  };

/** Text that does not compress to a small payload. */
function noiseOf(seed: string): string {
  let text = '';
  for (let index = 0; text.length < LARGE_CHARACTERS; index += 1) {
    text += chancesOf(`${seed} ${index}`).join('');
  }
  return text;
}
