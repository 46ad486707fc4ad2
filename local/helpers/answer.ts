import type { HttpAnswer } from '../gateway/answer.ts';
import { isObject } from '../is-object.ts';

/** A request that a helper cannot do; `message` says why. */
export class HelperError extends Error {
  override readonly name = 'HelperError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function jsonAnswer(status: number, body: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export const NO_CONTENT: HttpAnswer = { status: 204, headers: {}, body: '' };

/**
 * The members of a JSON body.
 * @throws HelperError where it is none, or has others than these
 */
export function readMembers(body: Buffer, ...known: string[]): Record<string, unknown> {
  const members = parseObject(body.toString());
  const unknown = Object.keys(members).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new HelperError(400, `unknown: ${unknown.join(', ')}; known: ${known.join(', ')}`);
  return members;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below, as for anything else that is no object.
  }
  throw new HelperError(400, 'the body is not a JSON object');
}
