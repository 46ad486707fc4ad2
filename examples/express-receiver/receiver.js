import express from 'express';
import { chooseIntegrations } from './integrations/choose.js';
import { TakenDeliveries } from './taken-deliveries.js';
import { verifyWebhookSignature } from './verify-signature.js';

const secret = process.env.WEBHOOK_SECRET;
if (!secret) throw new Error('WEBHOOK_SECRET is missing: the secret of the webhook that points here');

const integrations = chooseIntegrations(process.env);
const taken = new TakenDeliveries();
const app = express();

// The signature is made of the bytes that came: the body must not be parsed before it is verified. An event weighs
// up to 256 KiB, and Express takes 100 KiB unless told otherwise.
const rawBody = express.raw({ type: 'application/json', limit: '512kb' });

app.post('/webhooks/cathcr', rawBody, (req, res) => {
  const payload = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  if (!verifyWebhookSignature(payload, req.get('X-Cathcr-Signature-256'), secret)) {
    return res.status(401).send('Unauthorized');
  }

  // The answer first: whatever takes time comes after it.
  res.status(200).send('OK');

  const deliveryId = req.get('X-Cathcr-Delivery') ?? '';
  if (!taken.take(deliveryId)) return console.log(`${deliveryId}: a duplicate, dropped`);
  handleWebhookEvent(JSON.parse(payload.toString()), deliveryId).catch((error) => {
    taken.giveBack(deliveryId);
    console.error(`${deliveryId}: failed, and may be replayed: ${error.message}`);
  });
});

/**
 * The work. Here it is done in the process that took the delivery; what must survive a crash goes into a queue
 * before the answer.
 *
 * @param {import('./integrations/choose.js').WebhookEvent} event
 * @param {string} deliveryId
 */
async function handleWebhookEvent(event, deliveryId) {
  for (const integration of integrations) await integration(event, deliveryId);
  console.log(`${deliveryId}: ${event.event} handled`);
}

const server = app.listen(Number(process.env.PORT ?? 3001), () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : address;
  console.log(`Listening on http://localhost:${port}/webhooks/cathcr`);
});
