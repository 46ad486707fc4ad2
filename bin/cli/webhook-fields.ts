import { UsageError } from '../command-line.ts';
import type { Session, Values } from './command.ts';
import { readCount, readObject, readText } from './input.ts';

/** The fields of a webhook, as options. */
export const WEBHOOK_FIELDS = {
  url: { value: 'URL', help: 'where events are posted to' },
  events: { value: 'EVENT,…', help: 'what to be told of: names, groups such as thought.*, or *' },
  secret: { value: 'TEXT', help: 'what to sign with; - reads it from standard input, @file from a file' },
  description: { value: 'TEXT', help: 'a note of yours' },
  filter: { value: 'JSON', help: 'which of the events, by their data; @file or -' },
  'rate-limit': { value: 'N', help: 'the most requests that it is sent in a second' },
  header: {
    value: 'NAME=VALUE',
    many: true,
    help: 'a header of yours on every request; again for each; its value may be @file or -',
  },
  'keep-while-inactive': { help: 'events are kept while you turn it off, to be recovered' },
  ordered: { help: 'one delivery at a time, in the order of acceptance, waiting for retries' },
  data: {
    value: 'JSON',
    help: 'any fields of the request as a JSON object, @file or -; the options above go before it',
  },
} as const;

/** What a webhook is without, where it has none of its own, by the names of the options that take it away. */
const CLEARED = {
  description: { description: null },
  filter: { filter: null },
  'rate-limit': { rate_limit: null },
  headers: { headers: null },
  'keep-while-inactive': { keep_while_inactive: false },
  ordered: { ordered: false },
} as const;
export const CLEARABLE = Object.keys(CLEARED);

/**
 * The fields that `--clear` takes away.
 * @throws UsageError naming one that it does not
 */
export function readCleared(names: string | undefined): object {
  const cleared = (names?.split(',') ?? []).map((name) => {
    if (Object.hasOwn(CLEARED, name)) return CLEARED[name as keyof typeof CLEARED];
    throw new UsageError(`--clear takes ${CLEARABLE.join(', ')}, not ${name}`);
  });
  return Object.assign({}, ...cleared);
}

/** The body of a request that makes or changes a webhook. */
export async function composeWebhook(
  session: Session,
  { data, events, secret, filter, header, ...rest }: Values<typeof WEBHOOK_FIELDS>,
): Promise<object> {
  const { 'rate-limit': rate, 'keep-while-inactive': keep, ordered, ...texts } = rest;
  const { object } = data === undefined ? { object: {} } : await readObject(session, 'data', data);
  return {
    ...object,
    ...texts,
    ...(events !== undefined && { events: events.split(',') }),
    ...(secret !== undefined && { secret: await readText(session, secret) }),
    ...(filter !== undefined && { filter: (await readObject(session, 'filter', filter)).object }),
    ...(rate !== undefined && { rate_limit: readCount('rate-limit', rate, 1) }),
    ...(header !== undefined && { headers: await readHeaders(session, header) }),
    ...(keep && { keep_while_inactive: true }),
    ...(ordered && { ordered }),
  };
}

/** @throws UsageError where one is no `NAME=VALUE`, which is not quoted: it may be a secret; or names one twice */
async function readHeaders(session: Session, given: readonly string[]): Promise<Record<string, string>> {
  const headers = new Map<string, string>();
  for (const header of given) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(header) ?? [];
    if (name === '') throw new UsageError('--header takes NAME=VALUE');
    if (headers.has(name)) throw new UsageError(`--header names ${name} twice`);
    headers.set(name, (await readText(session, value)).replace(/\r?\n$/, ''));
  }
  return Object.fromEntries(headers);
}
