import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Code, CopyButton, Notice, Segments } from '../ui/basics.tsx';
import { Card } from '../ui/page.tsx';
import { SNIPPETS, type SnippetLanguage } from './snippets.ts';

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

/** How a receiver knows that a request is ours. */
export function VerificationSnippet() {
  const [language, setLanguage] = useState<SnippetLanguage>('node');
  return (
    <Card
      title="Verify what arrives"
      actions={
        <Segments
          label="Language"
          value={language}
          choices={[
            { value: 'node', label: 'Node.js' },
            { value: 'python', label: 'Python' },
          ]}
          onChange={setLanguage}
        />
      }
    >
      <div class="stack">
        <p class="muted">
          Every request carries <code>X-Cathcr-Signature-256</code>: the HMAC-SHA256 of the body with the
          secret. Give the function the raw body, before anything parses it.
        </p>
        <Code
          label={language === 'node' ? 'verify-signature.js' : 'verify_signature.py'}
          text={SNIPPETS[language]}
        />
      </div>
    </Card>
  );
}
