/** The verifications that the contract shows, as it shows them: "HMAC Signature Verification". */
export const NODE_OF_THE_CONTRACT = `function verifyWebhookSignature(payload, signature, secret) {
  const hmac = crypto.createHmac('sha256', secret);
  hmac.update(payload, 'utf8');
  const calculatedSignature = \`sha256=\${hmac.digest('hex')}\`;

  return crypto.timingSafeEqual(
    Buffer.from(signature),
    Buffer.from(calculatedSignature)
  );
}
`;

export const PYTHON_OF_THE_CONTRACT = `import hmac
import hashlib

def verify_webhook_signature(payload, signature, secret):
    expected_signature = 'sha256=' + hmac.new(
        secret.encode('utf-8'),
        payload,
        hashlib.sha256
    ).hexdigest()

    return hmac.compare_digest(signature, expected_signature)
`;

/** The receivers that it shows around them, and what they need. */
export const EXPRESS_OF_THE_CONTRACT = `
const express = require('express');
const app = express();
const handleWebhookEvent = (event) => console.log('handled', event.event);

const crypto = require('crypto');

${NODE_OF_THE_CONTRACT}
// Express.js example
app.post('/webhooks/cathcr', express.raw({ type: 'application/json' }), (req, res) => {
  const signature = req.headers['x-cathcr-signature-256'];
  const payload = req.body;

  if (!verifyWebhookSignature(payload, signature, process.env.WEBHOOK_SECRET)) {
    return res.status(401).send('Unauthorized');
  }

  // Process webhook
  const event = JSON.parse(payload);
  handleWebhookEvent(event);

  res.status(200).send('OK');
});

const server = app.listen(0, () => console.log('http://localhost:' + server.address().port));
`;

export const FLASK_OF_THE_CONTRACT = `
import os
from flask import Flask

app = Flask(__name__)
WEBHOOK_SECRET = os.environ['WEBHOOK_SECRET']

def handle_webhook_event(event):
    print('handled', event['event'], flush=True)

${PYTHON_OF_THE_CONTRACT}
# Flask example
from flask import Flask, request

@app.route('/webhooks/cathcr', methods=['POST'])
def handle_webhook():
    signature = request.headers.get('X-Cathcr-Signature-256')
    payload = request.get_data()

    if not verify_webhook_signature(payload, signature, WEBHOOK_SECRET):
        return 'Unauthorized', 401

    event = request.get_json()
    handle_webhook_event(event)

    return 'OK', 200

app.run(port=0)
`;
