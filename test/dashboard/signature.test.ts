import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signRequest } from '../../core/signature.ts';
import { checkSignature } from '../../dashboard/data/signature.ts';
import { SCHEMES, type SchemeName } from '../../dashboard/data/signature-schemes.ts';

const AT_SECONDS = 1_768_471_200;
const SIGNED = {
  payload: '{"event":"thought.deleted","data":{"thought_id":"ü"}}',
  secret: 'whsec_c2VjcmV0',
  id: '018d0c7a-12f3-7a4b-8c5d-6e7f8a9b0c1d',
  timestamp: String(AT_SECONDS),
};

describe('a signature is the very one that the system makes', () => {
  const { payload, id, timestamp } = SIGNED;
  const hasThoseOf = async (secret: string, body = payload) => {
    const [{ body: own, standard }] = signRequest({ id, at: AT_SECONDS * 1000, body: Buffer.from(body) }, [
      secret,
    ]);
    const signed = { payload: body, secret, id, timestamp };
    expect([await SCHEMES.cathcr.sign(signed), await SCHEMES.standard.sign(signed)]).toEqual([own, standard]);
  };

  test('of any payload, by any secret', async () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(texts, texts, async (body, secret) => {
        fc.pre(body.isWellFormed() && secret.isWellFormed());
        await hasThoseOf(secret, body);
      }),
    );
  });

  test('by any key in base64, with its padding or not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (key) => {
        const encoded = Buffer.from(key).toString('base64');
        await hasThoseOf(`whsec_${encoded}`);
        await hasThoseOf(`whsec_${encoded.replace(/=+$/, '')}`);
      }),
    );
  });

  test('by what looks like base64, and is none', async () => {
    await hasThoseOf('whsec_a secret of mine');
    await hasThoseOf('whsec_c2VjcmV0-_');
  });
});

describe('a signature that is checked', () => {
  const sign = (name: SchemeName) => SCHEMES[name].sign(SIGNED);

  test.each<[SchemeName, string]>([
    ['cathcr', 'X-Cathcr-Signature-256: '],
    ['cathcr', 'x-cathcr-signature-256-next:'],
    ['standard', 'webhook-signature: '],
    ['standard', `v1,${'A'.repeat(43)}= `],
  ])('matches by the scheme %s as it was sent, and after “%s”', async (name, before) => {
    const signature = await sign(name);
    for (const header of [signature, before + signature, ` ${signature} `]) {
      expect(await checkSignature(name, SIGNED, header)).toMatchObject({ matches: true, findings: [] });
    }
  });

  type Change = Partial<typeof SIGNED>;
  const { payload, secret } = SIGNED;
  const same = (signature: string) => signature;

  test.each<[string, Change, (signature: string) => string, string]>([
    ['a line break at the end', { payload: `${payload}\n` }, same, 'without the line break at the end'],
    [
      'JSON that was laid out',
      { payload: JSON.stringify(JSON.parse(payload), null, 2) },
      same,
      'without white space',
    ],
    ['a secret without its prefix', { secret: secret.slice(6) }, same, '“whsec_” before the secret'],
    ['a secret with white space', { secret: `${secret} ` }, same, 'around the secret'],
    ['no header', {}, () => ' ', 'is empty'],
    ['another payload', { payload: '{"other":1}' }, same, 'of another payload'],
  ])('says what differs by either scheme: %s', async (_, change, changeSignature, finding) => {
    for (const name of ['cathcr', 'standard'] as const) {
      const signed = { ...SIGNED, ...change };
      const verdict = await checkSignature(name, signed, changeSignature(await sign(name)));
      expect(verdict.matches).toBe(false);
      expect(verdict.findings.join(' ')).toContain(finding);
      expect(verdict.expected).toBe(await SCHEMES[name].sign(signed));
    }
  });

  test.each<[SchemeName, string, (signature: string) => string, string]>([
    ['cathcr', 'no prefix in the header', (s) => s.slice(7), 'does not begin with “sha256=”'],
    ['cathcr', 'capitals', (s) => `sha256=${s.slice(7).toUpperCase()}`, 'in capitals'],
    ['cathcr', 'other characters', (s) => s.replace(/.$/, 'x'), 'no hexadecimal digits'],
    ['cathcr', 'a header that was cut off', (s) => s.slice(0, -2), '62 digits in place of 64'],
    ['cathcr', 'the other header', () => 'v1,abc=', 'the value of webhook-signature'],
    ['standard', 'no prefix in the header', (s) => s.slice(3), 'does not begin with “v1,”'],
    ['standard', 'the base64 of URLs', (s) => s.replace(/.{4}$/, '-_A='), 'the base64 of URLs'],
    ['standard', 'other characters', (s) => s.replace(/.$/, '!'), 'no base64'],
    ['standard', 'a header that was cut off', (s) => s.slice(0, -2), '42 characters in place of 44'],
    ['standard', 'the other header', () => 'sha256=00', 'the value of X-Cathcr-Signature-256'],
  ])('says by the scheme %s what is wrong with the header: %s', async (name, _, change, finding) => {
    const verdict = await checkSignature(name, SIGNED, change(await sign(name)));
    expect(verdict).toMatchObject({ matches: false, expected: await sign(name) });
    expect(verdict.findings.join(' ')).toContain(finding);
  });

  test('of another attempt is told by its time', async () => {
    const verdict = await checkSignature('standard', { ...SIGNED, timestamp: '1' }, await sign('standard'));
    expect(verdict.findings.join(' ')).toContain('each attempt has a timestamp of its own');
  });
});
