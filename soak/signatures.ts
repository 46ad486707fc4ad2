import { createHmac } from 'node:crypto';
import { acceptedAtOf } from '../core/ids.ts';
import type { Received } from './receivers.ts';

/** The signature of the contract: `sha256=` and hex. */
const signBody = ({ body }: Received, secret: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** The signature of Standard Webhooks, as its libraries make it: `v1,` and base64. */
function signStandard({ headers, body }: Received, secret: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const told = [headers['webhook-id'], headers['webhook-timestamp'], ''].map(String).join('.');
  const signed = Buffer.concat([Buffer.from(told), body]);
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/**
 * What is wrong with the signatures of a request to a webhook that ever had these secrets.
 * @param now when all is over: epoch ms
 */
export function findSignatureFaults(request: Received, secrets: readonly string[], now: number): string[] {
  const { headers } = request;
  const signedWith = secrets.find(
    (secret) => signBody(request, secret) === headers['x-cathcr-signature-256'],
  );
  const standard = String(headers['webhook-signature']).split(' ');
  const at = Number(headers['webhook-timestamp']) * 1000;
  return [
    signedWith === undefined && 'is signed wrongly',
    signedWith !== undefined &&
      !standard.includes(signStandard(request, signedWith)) &&
      'is signed in two ways',
    standard.some((one) => !secrets.some((secret) => signStandard(request, secret) === one)) &&
      'has a signature of nobody’s secret',
    headers['webhook-id'] !== headers['x-cathcr-delivery'] && 'has two ids',
    !(at >= acceptedAtOf(String(headers['webhook-id'])) - 1000 && at <= now) && `is of another time: ${at}`,
  ].filter((fault) => typeof fault === 'string');
}
