import { createHmac } from 'node:crypto';
import { acceptedAtOf } from '../core/ids.ts';
import { begunAt, type Received } from './receivers.ts';
import type { Subscriber } from './world.ts';

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
 * What is wrong with the signatures of a request: each is of a secret that the webhook has had, and whose time is not
 * over; both kinds are of the same secrets, one, or two while they are rotated.
 * @param now when all is over: epoch ms
 */
export function findSignatureFaults(
  request: Received,
  { secrets, endOf }: Pick<Subscriber, 'secrets' | 'endOf'>,
  now: number,
): string[] {
  const { headers } = request;
  const at = begunAt(request);
  const own = [headers['x-cathcr-signature-256'], headers['x-cathcr-signature-256-next']].filter(
    (value) => value !== undefined,
  );
  const used = own.map((value) => secrets.find((secret) => signBody(request, secret) === value));
  const known = used.filter((secret) => secret !== undefined);
  const standard = known.map((secret) => signStandard(request, secret)).join(' ');
  return [
    (own.length === 0 || known.length < own.length) && 'is signed wrongly',
    headers['webhook-signature'] !== standard && 'is signed in two ways',
    known.some((secret) => at >= (endOf.get(secret) ?? Number.POSITIVE_INFINITY)) &&
      'is signed with an old secret',
    headers['webhook-id'] !== headers['x-cathcr-delivery'] && 'has two ids',
    !(at >= acceptedAtOf(String(headers['webhook-id'])) - 1000 && at <= now) && `is of another time: ${at}`,
  ].filter((fault) => typeof fault === 'string');
}
