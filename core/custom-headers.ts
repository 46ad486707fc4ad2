import * as z from 'zod';
import { isObject } from './json.ts';
import { isMasked } from './mask.ts';
import { once } from './once.ts';

/** Headers that a customer wants on the requests to a webhook: name to value. The values are secrets. */
export type CustomHeaders = Readonly<Record<string, string>>;

const MAX_HEADERS = 10;
const MAX_NAME_LENGTH = 64;
const MAX_VALUE_LENGTH = 1024;
/** Of all names and values together: what a webhook weighs is read with each of its batches. */
const MAX_TOTAL_LENGTH = 2048;

/** A token. Source: RFC 9110, 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible ASCII, spaces only inside. */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * What the system sets itself, what frames a message or ends at the next hop (RFC 9110, 7.6.1), and what tells a
 * receiver's proxy who is calling, or what for: headers of these names, and of names that begin with these.
 */
// The last two every object of JavaScript has anyway: AWS's SDK cannot store them.
const RESERVED_NAMES = new Set(
  'host user-agent accept-encoding connection keep-alive transfer-encoding te trailer upgrade http2-settings expect forwarded via x-real-ip x-client-ip x-cluster-client-ip true-client-ip cf-connecting-ip x-original-url x-rewrite-url --proto-- constructor'.split(
    ' ',
  ),
);
const RESERVED_PREFIXES = ['content-', 'x-cathcr-', 'webhook-', 'proxy-', 'x-forwarded-'];

/** A name as receivers may take it: many read `X_Name` and `x.name` as `X-Name`. */
const toComparable = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');

function isReserved(name: string): boolean {
  const comparable = toComparable(name);
  return RESERVED_NAMES.has(comparable) || RESERVED_PREFIXES.some((prefix) => comparable.startsWith(prefix));
}

/** What is wrong with one header. */
function findHeaderFault(name: string, value: unknown): string | undefined {
  if (!NAME.test(name) || name.length > MAX_NAME_LENGTH)
    return `has a name that is no token of 1 to ${MAX_NAME_LENGTH} characters`;
  if (isReserved(name)) return 'has a reserved name';
  if (typeof value !== 'string' || value.length > MAX_VALUE_LENGTH || !VALUE.test(value))
    return `takes 1 to ${MAX_VALUE_LENGTH} visible ASCII characters, and spaces between them`;
  return isMasked(value) ? 'is the masked form of a value: give the value itself' : undefined;
}

type HeadersFault = { readonly path: readonly string[]; readonly message: string };

const refuse = (message: string): HeadersFault[] => [{ path: [], message }];

/** Every fault of what is to be headers. */
function findHeadersFaults(given: unknown): HeadersFault[] {
  if (!isObject(given)) return refuse('takes an object');
  const entries = Object.entries(given);
  if (entries.length > MAX_HEADERS) return refuse(`takes at most ${MAX_HEADERS} headers`);
  const faults = entries.flatMap(([name, value]): HeadersFault[] => {
    const message = findHeaderFault(name, value);
    return message === undefined ? [] : [{ path: [name], message }];
  });
  if (faults.length > 0) return faults;
  const names = new Set(entries.map(([name]) => toComparable(name)));
  if (names.size < entries.length) return refuse('names a header twice');
  return entries.flat().join('').length > MAX_TOTAL_LENGTH
    ? refuse(`takes at most ${MAX_TOTAL_LENGTH} characters, names and values together`)
    : [];
}

/**
 * Headers as a customer may give them, null for none. They are looked at as they were given: a record of zod's leaves
 * out what is called `__proto__`.
 */
export const customHeadersSchema = once(() =>
  z
    .unknown()
    .check(({ value, issues }) => {
      if (value === undefined || value === null) return;
      for (const { path, message } of findHeadersFaults(value))
        issues.push({ code: 'custom', message, path: [...path], input: undefined });
    })
    .transform((value) => value as CustomHeaders | null | undefined),
);

/** What the OpenAPI document says of the form of headers. */
export const HEADERS_FORM = {
  type: ['object', 'null'],
  maxProperties: MAX_HEADERS,
  propertyNames: { pattern: NAME.source, maxLength: MAX_NAME_LENGTH },
  additionalProperties: { type: 'string', pattern: VALUE.source, maxLength: MAX_VALUE_LENGTH },
};
