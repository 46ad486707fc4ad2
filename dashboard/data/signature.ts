import { SCHEMES, type SchemeName, type Signed } from './signature-schemes.ts';

/** What a check of a signature found. */
export type Verdict = {
  readonly matches: boolean;
  /** What the signature has to be for what is signed and this secret. */
  readonly expected: string;
  /** What is at odds, and what to do about it; the likeliest first. */
  readonly findings: readonly string[];
};

/** Where neither the header nor what usually goes wrong explains it. */
const UNEXPLAINED: Readonly<Record<SchemeName, string>> = {
  cathcr:
    'The header is well formed, and of another payload or another secret. Compare the body byte for byte with the one in the delivery, and look whether the secret is this webhook’s. While it is rotated, the old one signs X-Cathcr-Signature-256, and the new one X-Cathcr-Signature-256-Next.',
  standard:
    'The header is well formed, and of another payload, another secret, or another webhook-id or webhook-timestamp: take all of them from the same request, as each attempt has a timestamp of its own. Compare the body byte for byte with the one in the delivery, and look whether the secret is this webhook’s.',
};

/**
 * Whether a header has the signature of what is signed. Where it has not, it is tried what usually goes wrong, and said
 * which of it would make it right.
 */
export async function checkSignature(name: SchemeName, signed: Signed, header: string): Promise<Verdict> {
  const { sign, readSignatures, findFault, normalize } = SCHEMES[name];
  const given = readSignatures(header);
  const expected = await sign(signed);
  if (given.includes(expected)) return { matches: true, expected, findings: [] };
  const inHeader = new Set(given.map(findFault).filter((fault) => fault !== undefined));
  const findings = [...inHeader];
  const wanted = new Set(given.map(normalize));
  for (const { finding, ...changed } of guesses(signed)) {
    const other = { ...signed, ...changed };
    const isOther = other.payload !== signed.payload || other.secret !== signed.secret;
    if (isOther && wanted.has(await sign(other))) findings.push(finding);
  }
  return { matches: false, expected, findings: findings.length > 0 ? findings : [UNEXPLAINED[name]] };
}

type Guess = { readonly finding: string; readonly payload?: string; readonly secret?: string };

/** What usually happens to payloads and secrets on their way. */
function guesses({ payload, secret }: Signed): readonly Guess[] {
  const json = readJson(payload);
  return [
    {
      payload: payload.replace(/\r?\n$/, ''),
      finding: 'It matches without the line break at the end of the payload: something added one.',
    },
    {
      payload: `${payload}\n`,
      finding: 'It matches with a line break at the end of the payload: something removed it.',
    },
    {
      payload: payload.replaceAll('\r\n', '\n'),
      finding: 'It matches with plain line breaks: something changed them to those of Windows.',
    },
    { payload: payload.trim(), finding: 'It matches without the white space around the payload.' },
    ...(json === undefined
      ? []
      : [
          {
            payload: JSON.stringify(json),
            finding:
              'It matches when the JSON is written without white space: the payload was parsed and laid out again. Sign the raw body.',
          },
        ]),
    { secret: secret.trim(), finding: 'It matches without the white space around the secret.' },
    {
      secret: `whsec_${secret}`,
      finding: 'It matches with “whsec_” before the secret: that is part of it.',
    },
    {
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
