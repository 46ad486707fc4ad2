/** What differs from run to run, wherever it stands in a text. Each kind is written as its name before comparing. */
const KINDS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['<webhook id>', /webhook_[0-9a-f]{32}/g],
  ['<signature>', /sha256=[0-9a-f]{64}/g],
  ['<standard signature>', /v1,[A-Za-z0-9+/]{43}=/g],
  ['<uuid>', /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g],
  ['<time>', /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g],
  ['<addresses>', /(?:(?:\d{1,3}\.){3}\d{1,3}\/32\n?)+/g],
  ['<made secret>', /whsec_[A-Za-z0-9+/]{43}=/g],
];

/** Members whose value differs from run to run, and what it must be. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  'webhook-timestamp': (value) => /^\d{10}$/.test(String(value)),
  response_time: (value) => Number.isInteger(value),
  request_id: (value) => typeof value === 'string',
  next_cursor: (value) => typeof value === 'string',
  response_times: (value) => Array.isArray(value),
  p50: (value) => Number.isInteger(value),
  p90: (value) => Number.isInteger(value),
  p99: (value) => Number.isInteger(value),
};

/** Each of equal items once, where it first stands. */
const unique = (items: readonly unknown[]) =>
  [...new Set(items.map((item) => JSON.stringify(item)))].map((text) => JSON.parse(text));

/** Headers that a receiver's server adds to its answers by itself. */
const SERVERS_OWN = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

const settleText = (text: string): string =>
  KINDS.reduce((settled, [name, pattern]) => settled.replaceAll(pattern, name), text);

/**
 * A JSON value with everything that differs from run to run replaced by the name of its kind, so that an answer can
 * be compared with the one that the documentation shows: the rest must be equal. Lists of addresses may differ in
 * length, and so may buckets of statistics: of equal ones, one is shown.
 */
export function settle(value: unknown, name = ''): unknown {
  if (MEMBERS[name]?.(value)) return `<${name}>`;
  if (typeof value === 'string') return settleText(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => settle(item));
    return name === 'buckets' || items.every((item) => item === '<addresses>') ? unique(items) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, item]) => [key, settle(item, key)] as const);
  return Object.fromEntries(name === 'headers' ? members.filter(([key]) => !SERVERS_OWN.has(key)) : members);
}
