import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signBody } from '../../core/signature.ts';
import { checkSignature, sign } from '../../dashboard/data/signature.ts';

const PAYLOAD = '{"event":"thought.deleted","data":{"thought_id":"ü"}}';
const SECRET = 'whsec_c2VjcmV0';

test('a signature is the very one that the system makes', async () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 1 });
  await fc.assert(
    fc.asyncProperty(texts, texts, async (payload, secret) => {
      fc.pre(payload.isWellFormed() && secret.isWellFormed());
      expect(await sign(payload, secret)).toBe(signBody(Buffer.from(payload), secret));
    }),
  );
});

describe('a signature that is checked', () => {
  test('matches as it was sent, with the header’s name before it or not', async () => {
    const signature = await sign(PAYLOAD, SECRET);
    expect(await checkSignature(PAYLOAD, SECRET, signature)).toMatchObject({ matches: true, findings: [] });
    const line = `X-Cathcr-Signature-256: ${signature}`;
    expect(await checkSignature(PAYLOAD, SECRET, line)).toMatchObject({ matches: true });
  });

  test.each<[string, string, string, (signature: string) => string, string]>([
    ['a line break at the end', `${PAYLOAD}\n`, SECRET, (s) => s, 'without the line break at the end'],
    [
      'JSON that was laid out',
      JSON.stringify(JSON.parse(PAYLOAD), null, 2),
      SECRET,
      (s) => s,
      'without white space',
    ],
    ['a secret without its prefix', PAYLOAD, SECRET.slice(6), (s) => s, '“whsec_” before the secret'],
    ['a secret with white space', PAYLOAD, `${SECRET} `, (s) => s, 'around the secret'],
    ['no prefix in the header', PAYLOAD, SECRET, (s) => s.slice(7), 'does not begin with “sha256=”'],
    ['capitals', PAYLOAD, SECRET, (s) => `sha256=${s.slice(7).toUpperCase()}`, 'in capitals'],
    ['a header that was cut off', PAYLOAD, SECRET, (s) => s.slice(0, -2), '62 digits in place of 64'],
    ['no header', PAYLOAD, SECRET, () => ' ', 'is empty'],
    ['another payload', '{"other":1}', SECRET, (s) => s, 'another payload or another secret'],
  ])('says what differs: %s', async (_, payload, secret, change, finding) => {
    const verdict = await checkSignature(payload, secret, change(await sign(PAYLOAD, SECRET)));
    expect(verdict.matches).toBe(false);
    expect(verdict.findings.join(' ')).toContain(finding);
    expect(verdict.expected).toBe(await sign(payload, secret));
  });
});
