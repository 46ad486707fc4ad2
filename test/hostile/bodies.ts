import * as fc from 'fast-check';

/** Levels of arrays, more than a recursive parser survives. */
const LEVELS = 100_000;
const DEEP = '['.repeat(LEVELS) + ']'.repeat(LEVELS);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', '__proto__', 'constructor', 'toString', '\ud83d', '\u0000', '\ufeff', '\u2028'),
  fc.constantFrom(
    'x\r\nX-Injected: 1',
    'x\nSet-Cookie: a=b',
    'é\u0085\r',
    '"}],',
    '../../etc/passwd',
    '${x}',
  ),
  fc.constantFrom('a'.repeat(17), 'a'.repeat(257), '*'.repeat(20), '🔗'.repeat(9), 'x'.repeat(5000)),
  fc.constantFrom('https://127.0.0.1:1/', 'http://[::1]/', 'https://a\u0000b/', 'javascript:alert(1)', '*'),
);

/** The JSON text of a value of any type, odd ones more often than others. */
const anyValue = fc.oneof(
  { weight: 4, arbitrary: anyText.map((text) => JSON.stringify(text)) },
  { weight: 4, arbitrary: fc.constantFrom('null', 'true', 'false', '0', '{}', '[]', '[[]]', '""') },
  { weight: 2, arbitrary: fc.constantFrom('-0', '1e400', '-1e-400', '12345678901234567890', '1.5', '-1') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('{"__proto__":{"a":1}}', '{"length":-1}', '{"then":1}', '["*","*"]'),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(DEEP, `[${'0,'.repeat(100_000)}0]`) },
);

const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'length',
  '',
];
const HEADER_NAMES = [
  'Transfer-Encoding',
  'X_Cathcr_Event',
  'x\r\nX-Injected',
  'authorization',
  'Webhook-Id',
];
const INTERNAL_NAMES = ['id', 'user_id', 'userId', 'generation', 'version', 'pk', 'sk', 'accepted_at', 'x'];

const anyName = fc.oneof(fc.constantFrom(...ODD_NAMES, ...INTERNAL_NAMES, ...HEADER_NAMES), anyText);

type Member = readonly [name: string, text: string];

/** What may become of a member of a valid body. */
function mangle([name, text]: Member): fc.Arbitrary<readonly Member[]> {
  const kept: Member = [name, text];
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant([kept]) },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: anyValue.map((value) => [[name, value] as const]) },
    { weight: 1, arbitrary: anyValue.map((value) => [[name, value] as const, kept]) },
    { weight: 1, arbitrary: mangleObject(text).map((object) => [[name, object] as const]) },
  );
}

/** The text of a JSON object like `text`, its members changed, doubled, left out or joined by others. */
function mangleObject(text: string): fc.Arbitrary<string> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return anyValue;
  const members = Object.entries(value).map(([name, member]) => [name, JSON.stringify(member)] as const);
  const more = fc.array(fc.tuple(anyName, anyValue), { maxLength: 2 });
  return fc
    .tuple(fc.tuple(...members.map(mangle)), more)
    .map(([mangled, added]) => mangled.flat().concat(added))
    .map((all) => `{${all.map(([name, member]) => `${JSON.stringify(name)}:${member}`).join(',')}}`);
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes that are no JSON, or hardly any. */
const anyBytes = (valid: string): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc
      .constantFrom('', 'null', '[]', '"', '{', DEEP, DEEP.slice(0, LEVELS), `${valid}\u0000`, `${valid}}`)
      .map((text) => Buffer.from(text)),
    fc.constant(Buffer.concat([BOM, Buffer.from(valid)])),
    fc.constant(Buffer.from(valid, 'utf16le')),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(valid.length).map((at) => {
      const bytes = Buffer.from(valid);
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xc0, 0xed]), bytes.subarray(at)]);
    }),
  );

/** A body that means ill, made from an example of a valid one. */
export const anyBody = (example: unknown): fc.Arbitrary<Buffer> => {
  const valid = JSON.stringify(example);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(Buffer.from(valid)) },
    { weight: 8, arbitrary: mangleObject(valid).map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: anyBytes(valid) },
  );
};
