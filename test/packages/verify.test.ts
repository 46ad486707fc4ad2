import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signRequest } from '../../core/signature.ts';
import { VerificationError, type VerifyOptions, verify } from '../../packages/receiver/src/index.ts';
import { VECTORS, type Vector } from './vectors.ts';

const [CATHCR, STANDARD] = ['cathcr', 'standard'].map((scheme) =>
  VECTORS.find((vector) => vector.scheme === scheme),
) as [Vector, Vector];

/** Vectors that are accepted for the one signature they carry. */
const ACCEPTED = VECTORS.filter(
  ({ expect: outcome, headers }) => 'id' in outcome && !/-Next|v1.* v1/i.test(JSON.stringify(headers)),
);

/** What `verify` says to a vector: the delivery's id, or the reason why it is refused. */
function outcomeOf({ headers, body, now, ...options }: Omit<Vector, 'expect'>): Vector['expect'] {
  try {
    const delivery = verify({ headers, body: Buffer.from(body) }, options, now * 1000);
    expect(delivery.event).toEqual(JSON.parse(body));
    return { id: delivery.id };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    for (const secret of [options.secret].flat()) expect(error.message).not.toContain(secret);
    return { code: error.code };
  }
}

describe.each(['cathcr', 'standard'])('the scheme %s', (scheme) => {
  const vectors = VECTORS.filter((vector) => vector.scheme === scheme);

  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    expect(outcomeOf(vector)).toEqual(vector.expect);
  });
});

/** The one signature that a vector is accepted for, and what Cathcr signs such a request with. */
function signaturesOf({ scheme, secret, headers, body }: Vector) {
  const find = (name: string) => new Headers(headers).get(name) ?? '';
  const [id, at] = [find('webhook-id'), Number(find('webhook-timestamp')) * 1000];
  const [sent] = signRequest({ id, at, body: Buffer.from(body) }, [String(secret)]);
  return scheme === 'standard'
    ? { given: find('webhook-signature'), sent: sent.standard }
    : { given: find('x-cathcr-signature-256'), sent: sent.body };
}

test('what the vectors call a right signature is what is sent', () => {
  const right = ACCEPTED.filter(({ secret }) => typeof secret === 'string');
  expect(new Set(right.map(({ scheme }) => scheme)).size).toBe(2);
  for (const vector of right) {
    const { given, sent } = signaturesOf(vector);
    expect(given, vector.name).toBe(sent);
  }
});

test('headers may be those of the web, or lists as Node has them', () => {
  for (const headers of [
    new Headers(CATHCR.headers),
    Object.fromEntries(Object.entries(CATHCR.headers).map(([name, value]) => [name, [value]])),
  ]) {
    expect(verify({ ...CATHCR, headers }, CATHCR).id).toBe((CATHCR.expect as { id: string }).id);
  }
});

test('a text is taken as its bytes in UTF-8', () => {
  const wide = VECTORS.find(({ name }) => name === 'a body beyond ASCII') as Vector;
  expect(verify(wide, wide)).toEqual(verify({ ...wide, body: Buffer.from(wide.body) }, wide));
});

test('Standard Webhooks is what is verified unless told otherwise', () => {
  const { secret, now } = STANDARD;
  expect(verify(STANDARD, { secret }, now * 1000).id).toBe(STANDARD.headers['webhook-id']);
  expect(() => verify(CATHCR, { secret }, now * 1000)).toThrow('there is no webhook-id');
});

test('now is now', () => {
  const told = /^the request was sent \d+ s ago: at most 300 s are tolerated$/;
  expect(() => verify(STANDARD, STANDARD)).toThrow(told);
});

test.each<[string, Partial<Record<keyof VerifyOptions, unknown>>]>([
  ['secret is missing', { secret: undefined }],
  ['secret is missing', { secret: '' }],
  ['secret is missing', { secret: [] }],
  ['secret is missing', { secret: ['x', ''] }],
  ['scheme is standard or cathcr', { scheme: 'sha1' }],
  ['toleranceSeconds is a number above zero', { toleranceSeconds: Number.NaN }],
])('a mistake of the receiver is a TypeError: %s, %j', (message, wrong) => {
  const options = { ...STANDARD, ...wrong } as VerifyOptions;
  expect(() => verify(STANDARD, options)).toThrow(TypeError);
  expect(() => verify(STANDARD, options)).toThrow(message);
});

test('a body that was parsed before is told of, not called wrongly signed', () => {
  const body = JSON.parse(STANDARD.body) as never;
  expect(() => verify({ ...STANDARD, body }, STANDARD)).toThrow(/take the raw body/);
});

/** A request that is right but for one character: of its body, or of a header that the scheme signs or reads. */
const anyTampering = fc
  .record({
    vector: fc.constantFrom(...ACCEPTED),
    part: fc.nat(),
    at: fc.nat(),
    put: fc.constantFrom('0', 'a', 'Z', '=', ',', ' ', '.'),
  })
  .map(({ vector, part, at, put }) => {
    const isSigned = vector.scheme === 'standard' ? /^webhook-/i : /^x-cathcr-signature/i;
    const names = Object.keys(vector.headers).filter((name) => isSigned.test(name));
    const name = names[part % (names.length + 1)];
    const text = name === undefined ? vector.body : (vector.headers[name] ?? '');
    const index = at % text.length;
    const changed = text.slice(0, index) + put + text.slice(index + 1);
    if (name === undefined) return { isChanged: changed !== text, request: { ...vector, body: changed } };
    return {
      isChanged: changed !== text,
      request: { ...vector, headers: { ...vector.headers, [name]: changed } },
    };
  })
  .filter(({ isChanged }) => isChanged);

test('nothing that was changed on its way is taken, in either scheme', () => {
  fc.assert(
    fc.property(anyTampering, ({ request }) => {
      expect(outcomeOf(request)).toHaveProperty('code');
    }),
    { numRuns: 500 },
  );
});

test('whatever headers and body there are, they are refused for a reason', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const headers = fc.dictionary(
    fc.constantFrom(...Object.keys({ ...CATHCR.headers, ...STANDARD.headers })),
    text,
  );
  fc.assert(
    fc.property(headers, text, fc.constantFrom('standard', 'cathcr'), (given, body, scheme) => {
      expect(outcomeOf({ ...STANDARD, headers: given, body, scheme })).toHaveProperty('code');
    }),
  );
});
