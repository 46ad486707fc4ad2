import type { EventTypeAnswer } from '../../../core/answers.ts';
import { spliceMember } from '../../../core/json.ts';
import { UsageError } from '../../command-line.ts';
import { defineCommand, type Session } from '../command.ts';
import { readObject } from '../input.ts';
import { plain, showTable } from '../show.ts';

async function readTypes({ api }: Session): Promise<EventTypeAnswer[]> {
  return (await api()<{ event_types: EventTypeAnswer[] }>('GET', '/event-types')).body.event_types;
}

/** @throws UsageError where there is no such event */
async function sampleOf(session: Session, name: string): Promise<object> {
  const type = (await readTypes(session)).find((candidate) => candidate.name === name);
  if (!type) throw new UsageError(`there is no event ${name}: see cathcr-webhooks events types`);
  return type.sample;
}

async function composeData(
  session: Session,
  name: string,
  values: { data?: string; sample?: boolean; user?: string },
) {
  if ((values.data === undefined) !== (values.sample === true))
    throw new UsageError('give --data or --sample');
  if (values.data !== undefined && values.user === undefined) {
    return (await readObject(session, 'data', values.data)).text;
  }
  const { data, user } = values;
  const object =
    data === undefined ? await sampleOf(session, name) : (await readObject(session, 'data', data)).object;
  return JSON.stringify({ ...object, ...(user !== undefined && { user_id: user }) });
}

const publish = defineCommand({
  summary: 'publishes an event; needs a key of the scope events:publish',
  takes: ['EVENT'],
  options: {
    data: { value: 'JSON', help: 'its data, @file or -: numbers and texts arrive as they are written' },
    sample: { help: "the catalogue's sample in place of --data" },
    user: { value: 'USER_ID', help: 'whose event it is: data.user_id' },
    id: { value: 'ID', help: 'an id of yours, which makes a repeat harmless, as an Idempotency-Key does' },
    timestamp: { value: 'TIME', help: 'when it happened, ISO 8601; now where it is absent' },
  },
  examples: [
    ['cathcr-webhooks events publish thought.created --sample --user user_123', 'something to try with'],
    [
      'cathcr-webhooks events publish thought.deleted --data @event.json --id thought_456-deleted',
      'safe to repeat',
    ],
  ],
  run: async (session, [event = ''], { id, timestamp, ...values }) => {
    const data = await composeData(session, event, values);
    const body = spliceMember({ event, id, timestamp }, 'data', data);
    const answer = await session.api()<{ id: string }>('POST', '/events', { body });
    session.print(session.json ? answer.text : answer.body.id);
  },
});

const types = defineCommand({
  summary: 'shows every event that there is; needs no key',
  takes: [],
  options: { event: { value: 'EVENT', help: 'one of them alone, with a sample of its data' } },
  about: 'With --json each has its JSON Schema.',
  examples: [
    ['cathcr-webhooks events types', 'what there is to subscribe to'],
    ['cathcr-webhooks events types --event reminder.due', 'and what it looks like'],
  ],
  run: async (session, _args, { event }) => {
    const { json, print } = session;
    const all = await readTypes(session);
    const found = event === undefined ? all : all.filter(({ name }) => name === event);
    if (found.length === 0) throw new UsageError(`there is no event ${event}`);
    if (json) return found.forEach((type) => print(JSON.stringify(type)));
    print(showTable(found.map(({ name, description }) => [name, description])));
    if (event !== undefined) print(plain(JSON.stringify(found[0]?.sample, null, 2)));
  },
});

export const EVENT_COMMANDS = { 'events publish': publish, 'events types': types };
