import { useEffect, useState } from 'preact/hooks';
import { checkSignature, type Verdict } from '../data/signature.ts';
import type { SchemeName } from '../data/signature-schemes.ts';
import { Code, Notice } from '../ui/basics.tsx';
import { Select, TextArea, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';

const HEADERS: readonly { readonly value: SchemeName; readonly label: string }[] = [
  { value: 'cathcr', label: 'X-Cathcr-Signature-256, or its -Next' },
  { value: 'standard', label: 'webhook-signature (Standard Webhooks)' },
];

const PLACEHOLDERS: Readonly<Record<SchemeName, string>> = { cathcr: 'sha256=…', standard: 'v1,…' };

/** Whether a signature is right, worked out here: nothing that is typed in leaves the browser. */
export function SignatureChecker() {
  const [scheme, setScheme] = useState<SchemeName>('cathcr');
  const [payload, setPayload] = useState('');
  const [secret, setSecret] = useState('');
  const [id, setId] = useState('');
  const [timestamp, setTimestamp] = useState('');
  const [signature, setSignature] = useState('');
  const [verdict, setVerdict] = useState<Verdict>();
  const isStandard = scheme === 'standard';
  const needed = [payload, secret, signature, ...(isStandard ? [id.trim(), timestamp.trim()] : [])];
  const isComplete = needed.every((value) => value !== '');

  useEffect(() => {
    let isLatest = true;
    setVerdict(undefined);
    const check = async () => {
      const signed = { payload, secret, id: id.trim(), timestamp: timestamp.trim() };
      const found = await checkSignature(scheme, signed, signature);
      if (isLatest) setVerdict(found);
    };
    if (isComplete) void check();
    return () => {
      isLatest = false;
    };
  }, [scheme, payload, secret, id, timestamp, signature, isComplete]);

  return (
    <Card title="Check a signature">
      <div class="columns">
        <div class="form">
          <Select
            label="Header"
            value={scheme}
            onChange={(value) => setScheme(value as SchemeName)}
            options={HEADERS}
            hint="Every request carries both; while a secret is rotated, the signatures of both secrets, too."
          />
          <TextArea
            label="Payload"
            value={payload}
            onInput={setPayload}
            rows={6}
            hint="The body as it arrived, to the byte: nothing parsed, nothing laid out."
          />
          <TextField label="Secret" isCode value={secret} onInput={setSecret} autoComplete="off" />
          {isStandard && (
            <>
              <TextField label="webhook-id" isCode value={id} onInput={setId} autoComplete="off" />
              <TextField
                label="webhook-timestamp"
                isCode
                value={timestamp}
                onInput={setTimestamp}
                autoComplete="off"
                hint="Seconds since 1970. It is signed, and another one on every attempt."
              />
            </>
          )}
          <TextField
            label="Signature"
            isCode
            value={signature}
            onInput={setSignature}
            placeholder={PLACEHOLDERS[scheme]}
            autoComplete="off"
          />
        </div>
        <div class="stack" aria-live="polite">
          {verdict ? (
            <Findings verdict={verdict} />
          ) : (
            <p class="muted">
              Give all of them, and it is said here whether they belong together, and if not, what differs. It
              is worked out in your browser: the secret is sent nowhere.
            </p>
          )}
        </div>
      </div>
    </Card>
  );
}

function Findings({ verdict }: { readonly verdict: Verdict }) {
  if (verdict.matches) {
    return (
      <Notice tone="good" title="It matches.">
        The payload was signed with this secret, and not changed since.
      </Notice>
    );
  }
  return (
    <>
      <Notice tone="bad" title="It does not match.">
        <ul class="findings">
          {verdict.findings.map((finding) => (
            <li key={finding}>{finding}</li>
          ))}
        </ul>
      </Notice>
      <Code label="Expected" text={verdict.expected} />
    </>
  );
}
