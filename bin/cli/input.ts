import { readFile } from 'node:fs/promises';
import { eventIdSchema } from '../../core/event.ts';
import { isObject, spliceMember } from '../../core/json.ts';
import { findFaults } from '../../core/validation.ts';
import { UsageError } from '../command-line.ts';
import type { Session } from './command.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time as the API takes it: as it was given, or so long ago, such as `90s`, `15m`, `2h`, `3d`.
 * @param now epoch ms
 */
export function readTime(text: string | undefined, now: number): string | undefined {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text ?? '') ?? [];
  return count === undefined ? text : new Date(now - Number(count) * (UNIT_MS[unit] ?? 0)).toISOString();
}

/** @throws UsageError where an option is not a whole number of at least 1 */
export function readCount(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} takes a whole number from 1`);
  return Number(text);
}

/** A text that is given as it is, as `@file`, or as `-`: standard input. */
export async function readText({ readInput }: Session, text: string): Promise<string> {
  if (text === '-') return (await readInput()).replace(/\r?\n$/, '');
  return text.startsWith('@') ? readFile(text.slice(1), 'utf8') : text;
}

/** @throws UsageError where an option holds no JSON object */
export async function readObject(
  session: Session,
  name: string,
  text: string,
): Promise<{ text: string; object: object }> {
  const read = await readText(session, text);
  try {
    const object: unknown = JSON.parse(read);
    if (isObject(object)) return { text: read, object };
  } catch {
    // Told below: Node's own message quotes the text.
  }
  throw new UsageError(`--${name} takes a JSON object, @file, or - for standard input`);
}

/** What makes a request safe to repeat, where the API takes it. */
export const IDEMPOTENCY_OPTION = {
  'idempotency-key': { value: 'KEY', help: 'a text of yours, which makes a repeat within a day harmless' },
} as const;

/** @throws UsageError where it is none that the API takes, which a header might not even carry */
export function readIdempotencyKey(key: string | undefined): string | undefined {
  const [fault] = key === undefined ? [] : findFaults(eventIdSchema, key);
  if (fault) throw new UsageError(`--idempotency-key ${fault.detail}`);
  return key;
}

/** Which event a webhook is tried with. */
export const SAMPLE_OPTIONS = {
  event: { value: 'EVENT', help: "of which event; else the webhook's first" },
  data: { value: 'JSON', help: "its data, @file or -; else the catalogue's sample" },
} as const;

/**
 * The body of a request that may hold the `data` of an event, from `--data`. It is spliced in as it was written: it
 * may have numbers that no double holds.
 * @throws UsageError where it is no JSON object
 */
export async function composeWithData(
  session: Session,
  request: object,
  data: string | undefined,
): Promise<string> {
  if (data === undefined) return JSON.stringify(request);
  return spliceMember(request, 'data', (await readObject(session, 'data', data)).text);
}
