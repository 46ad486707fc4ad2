import { validateHeaderName, validateHeaderValue } from 'node:http';
import { isObject } from '../is-object.ts';
import { HelperError, readMembers } from './answer.ts';

/** How an inbox answers. */
export type Behaviour = {
  readonly status: number;
  readonly delayMs: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export const DEFAULT_BEHAVIOUR: Behaviour = { status: 200, delayMs: 0, headers: {}, body: '' };

const MAX_DELAY_MS = 10 * 60_000;

/**
 * Reads `{"status", "delay_ms", "headers", "body"}`, each of which may be left out.
 * @throws HelperError that names every member at fault
 */
export function readBehaviour(text: Buffer): Behaviour {
  const members = readMembers(text, 'status', 'delay_ms', 'headers', 'body');
  const { status = 200, delay_ms: delayMs = 0, headers = {}, body = '' } = members;
  const faults = [
    !isInteger(status, 200, 599) && 'status is not an integer from 200 to 599',
    !isInteger(delayMs, 0, MAX_DELAY_MS) && `delay_ms is not an integer from 0 to ${MAX_DELAY_MS}`,
    !isHeaders(headers) && 'headers is not an object of header names and values',
    typeof body !== 'string' && 'body is not a string',
  ].filter(Boolean);
  if (faults.length > 0) throw new HelperError(400, faults.join('; '));
  return { status, delayMs, headers, body } as Behaviour;
}

function isInteger(value: unknown, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
}

function isHeaders(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.entries(value).every(([name, text]) => typeof text === 'string' && isHeader(name, text));
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
