import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Code, CopyButton, Notice, Segments } from '../ui/basics.tsx';
import { Card } from '../ui/page.tsx';
import { SNIPPETS, type SnippetName } from './snippets.ts';

/** A secret in full, this once, and what to do with it. */
export function SecretOnce({ secret, next }: { readonly secret: string; readonly next: ComponentChildren }) {
  return (
    <div class="stack">
      <Card title="Its secret" actions={<CopyButton text={secret} label="Copy secret" />}>
        <div class="stack">
          <output class="secret mono">{secret}</output>
          <Notice tone="warn" title="This is the only time that it is shown in full.">
            Keep it where your receiver finds it, such as the environment variable <code>WEBHOOK_SECRET</code>
            . If it is lost, give the webhook a new one.
          </Notice>
        </div>
      </Card>
      <VerificationSnippet />
      <div class="actions">{next}</div>
    </div>
  );
}

/** What a snippet is called, the file that it may be in, and what it looks at. */
const ABOUT: Readonly<Record<SnippetName, { label: string; file: string; about: ComponentChildren }>> = {
  node: { label: 'Node.js', file: 'verify-signature.js', about: <AboutCathcr /> },
  python: { label: 'Python', file: 'verify_signature.py', about: <AboutCathcr /> },
  standard: {
    label: 'Standard Webhooks',
    file: 'receiver.js',
    about: (
      <>
        Every request carries <code>webhook-signature</code>, too: any library of Standard Webhooks verifies
        it, the time of sending with it, and takes the old secret and the new one while you rotate them.
      </>
    ),
  },
};

function AboutCathcr() {
  return (
    <>
      Every request carries <code>X-Cathcr-Signature-256</code>: the HMAC-SHA256 of the body with the secret.
      Give the function the raw body, before anything parses it. While you rotate the secret, that header is
      made with the old one, and <code>X-Cathcr-Signature-256-Next</code> with the new one.
    </>
  );
}

const CHOICES = (Object.keys(SNIPPETS) as SnippetName[]).map((value) => ({
  value,
  label: ABOUT[value].label,
}));

/** How a receiver knows that a request is ours. */
export function VerificationSnippet() {
  const [name, setName] = useState<SnippetName>('node');
  const { file, about } = ABOUT[name];
  return (
    <Card
      title="Verify what arrives"
      actions={<Segments label="Language" value={name} choices={CHOICES} onChange={setName} />}
    >
      <div class="stack">
        <p class="muted">{about}</p>
        <Code label={file} text={SNIPPETS[name]} />
      </div>
    </Card>
  );
}
