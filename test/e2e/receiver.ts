import crypto from 'node:crypto';
import { compileFunction } from 'node:vm';
import { NODE_OF_THE_CONTRACT, PYTHON_OF_THE_CONTRACT } from '../examples/contract-receivers.ts';

/** The contract's own verification for Node.js, as a receiver copies it. */
export const verifyWebhookSignature = compileFunction(
  `${NODE_OF_THE_CONTRACT} return verifyWebhookSignature;`,
  ['crypto'],
)(crypto) as (payload: string, signature: string, secret: string) => boolean;

/** The contract's own verification for Python, fed by standard input: prints True or False. */
export const PYTHON_VERIFICATION = `
${PYTHON_OF_THE_CONTRACT}
import json
import sys

requests = json.load(sys.stdin)
print(all(
    verify_webhook_signature(r['body'].encode('utf-8'), r['signature'], r['secret']) for r in requests
))
`;
