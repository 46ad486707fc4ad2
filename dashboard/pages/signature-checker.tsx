import { useEffect, useState } from 'preact/hooks';
import { checkSignature, type Verdict } from '../data/signature.ts';
import { Code, Notice } from '../ui/basics.tsx';
import { TextArea, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';

/** Whether a signature is right, worked out here: nothing that is typed in leaves the browser. */
export function SignatureChecker() {
  const [payload, setPayload] = useState('');
  const [secret, setSecret] = useState('');
  const [signature, setSignature] = useState('');
  const [verdict, setVerdict] = useState<Verdict>();
  const isComplete = payload !== '' && secret !== '' && signature !== '';

  useEffect(() => {
    let isLatest = true;
    setVerdict(undefined);
    const check = async () => {
      const found = await checkSignature(payload, secret, signature);
      if (isLatest) setVerdict(found);
    };
    if (isComplete) void check();
    return () => {
      isLatest = false;
    };
  }, [payload, secret, signature, isComplete]);

  return (
    <Card title="Check a signature">
      <div class="columns">
        <div class="form">
          <TextArea
            label="Payload"
            value={payload}
            onInput={setPayload}
            rows={6}
            hint="The body as it arrived, to the byte: nothing parsed, nothing laid out."
          />
          <TextField label="Secret" isCode value={secret} onInput={setSecret} autoComplete="off" />
          <TextField
            label="X-Cathcr-Signature-256"
            isCode
            value={signature}
            onInput={setSignature}
            placeholder="sha256=…"
            autoComplete="off"
          />
        </div>
        <div class="stack" aria-live="polite">
          {verdict ? (
            <Findings verdict={verdict} />
          ) : (
            <p class="muted">
              Give all three, and it is said here whether they belong together, and if not, what differs. It
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
      <Code label="Expected for this payload and secret" text={verdict.expected} />
    </>
  );
}
