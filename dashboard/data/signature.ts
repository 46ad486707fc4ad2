/** What a check of a signature found. */
export type Verdict = {
  readonly matches: boolean;
  /** What the header has to be for this payload and secret. */
  readonly expected: string;
  /** What is at odds, and what to do about it; the likeliest first. */
  readonly findings: readonly string[];
};

const encode = (text: string) => new TextEncoder().encode(text);

const toHex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** `sha256=` and the hex HMAC-SHA256 of a payload: the value of `X-Cathcr-Signature-256`. */
export async function sign(payload: string, secret: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  // A browser takes no key of no bytes; whoever has not given a secret yet is told so before this.
  const key = await crypto.subtle.importKey('raw', encode(secret || '\0'), algorithm, false, ['sign']);
  return `sha256=${toHex(await crypto.subtle.sign('HMAC', key, encode(payload)))}`;
}

/** The header's name may have been copied along with its value. */
const valueOf = (header: string) => header.replace(/^\s*x-cathcr-signature-256\s*:/i, '').trim();

/**
 * Whether a header is the signature of a payload with a secret. Where it is not, it is tried what usually goes wrong,
 * and said which of it would make it right.
 */
export async function checkSignature(payload: string, secret: string, header: string): Promise<Verdict> {
  const given = valueOf(header);
  const expected = await sign(payload, secret);
  if (given === expected) return { matches: true, expected, findings: [] };
  const inHeader = findHeaderFault(given);
  const findings = inHeader ? [inHeader] : [];
  for (const { payload: otherPayload, secret: otherSecret, finding } of guesses(payload, secret)) {
    const isOther = otherPayload !== payload || otherSecret !== secret;
    if (isOther && (await sign(otherPayload, otherSecret)) === normalize(given)) findings.push(finding);
  }
  if (findings.length === 0) {
    findings.push(
      'The header is well formed, and of another payload or another secret. Compare the body byte for byte with the one in the delivery, and look whether the secret is this webhook’s.',
    );
  }
  return { matches: false, expected, findings };
}

const normalize = (given: string) => `sha256=${given.replace(/^sha256=/i, '').toLowerCase()}`;

function findHeaderFault(given: string): string | undefined {
  if (given === '') return 'The header is empty: is it read by its whole name, X-Cathcr-Signature-256?';
  if (!given.startsWith('sha256='))
    return 'The header does not begin with “sha256=”, which is part of its value.';
  const hex = given.slice('sha256='.length);
  if (!/^[0-9a-f]*$/i.test(hex))
    return 'After “sha256=” there are characters that are no hexadecimal digits.';
  if (hex.length !== 64)
    return `After “sha256=” there are ${hex.length} digits in place of 64: the header was cut off, or more was added.`;
  if (hex !== hex.toLowerCase()) return 'The digits are in capitals; they are sent in small letters.';
  return undefined;
}

/** What usually happens to payloads and secrets on their way. */
function guesses(payload: string, secret: string) {
  const json = readJson(payload);
  return [
    {
      payload: payload.replace(/\r?\n$/, ''),
      secret,
      finding: 'It matches without the line break at the end of the payload: something added one.',
    },
    {
      payload: `${payload}\n`,
      secret,
      finding: 'It matches with a line break at the end of the payload: something removed it.',
    },
    {
      payload: payload.replaceAll('\r\n', '\n'),
      secret,
      finding: 'It matches with plain line breaks: something changed them to those of Windows.',
    },
    { payload: payload.trim(), secret, finding: 'It matches without the white space around the payload.' },
    ...(json === undefined
      ? []
      : [
          {
            payload: JSON.stringify(json),
            secret,
            finding:
              'It matches when the JSON is written without white space: the payload was parsed and laid out again. Sign the raw body.',
          },
        ]),
    { payload, secret: secret.trim(), finding: 'It matches without the white space around the secret.' },
    {
      payload,
      secret: `whsec_${secret}`,
      finding: 'It matches with “whsec_” before the secret: that is part of it.',
    },
    {
      payload,
      secret: secret.replace(/^["']|["']$/g, ''),
      finding: 'It matches without the quotation marks around the secret.',
    },
  ];
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
