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
  standard: `import express from 'express';
import { Webhook } from 'standardwebhooks';

// The key is what a secret that begins with whsec_ encodes; any other secret is its own key.
const secret = process.env.WEBHOOK_SECRET;
const webhook = secret.startsWith('whsec_')
  ? new Webhook(secret)
  : new Webhook(Buffer.from(secret), { format: 'raw' });
const app = express();
const takenIds = new Set(); // keep them in a database when you run more than one process

app.post('/webhooks/cathcr', express.raw({ type: 'application/json', limit: '512kb' }), (req, res) => {
  let event;
  try {
    event = webhook.verify(req.body, req.headers);
  } catch {
    return res.status(401).send('Unauthorized');
  }

  res.status(200).send('OK');

  const deliveryId = req.get('webhook-id');
  if (takenIds.has(deliveryId)) return;
  takenIds.add(deliveryId);
  console.log(event.event, event.data);
});

app.listen(3000);
`,
} as const;

export type SnippetName = keyof typeof SNIPPETS;
