import { createHmac, timingSafeEqual } from 'node:crypto';

/** The contract's own verification for Node.js, as a receiver copies it: "HMAC Signature Verification". */
export function verifyWebhookSignature(payload: string, signature: string, secret: string): boolean {
  const hmac = createHmac('sha256', secret);
  hmac.update(payload, 'utf8');
  const calculatedSignature = `sha256=${hmac.digest('hex')}`;

  return timingSafeEqual(Buffer.from(signature), Buffer.from(calculatedSignature));
}

/** The contract's own verification for Python, fed by standard input: prints True or False. */
export const PYTHON_VERIFICATION = `
import hmac
import hashlib
import json
import sys

def verify_webhook_signature(payload, signature, secret):
    expected_signature = 'sha256=' + hmac.new(
        secret.encode('utf-8'),
        payload,
        hashlib.sha256
    ).hexdigest()

    return hmac.compare_digest(signature, expected_signature)

requests = json.load(sys.stdin)
print(all(
    verify_webhook_signature(r['body'].encode('utf-8'), r['signature'], r['secret']) for r in requests
))
`;
