/** How a receiver verifies a signature: the very code of the customers' guide (docs/webhooks.md), which tests run. */
export const SNIPPETS = {
  node: `import { createHmac, timingSafeEqual } from 'node:crypto';

function verifyWebhookSignature(payload, signature, secret) {
  const calculated = Buffer.from(\`sha256=\${createHmac('sha256', secret).update(payload).digest('hex')}\`);
  const given = Buffer.from(signature ?? '');
  return given.length === calculated.length && timingSafeEqual(given, calculated);
}
`,
  python: `import hashlib
import hmac


def verify_webhook_signature(payload, signature, secret):
    digest = hmac.new(secret.encode(), payload, hashlib.sha256).hexdigest()
    return hmac.compare_digest((signature or "").encode(), f"sha256={digest}".encode())
`,
} as const;

export type SnippetLanguage = keyof typeof SNIPPETS;
