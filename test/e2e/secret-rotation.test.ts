import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { SECRET, useCustomer } from './customer.ts';
import { verifyWebhookSignature } from './receiver.ts';
import { eventually, type Received, useSystem } from './system.ts';

const NEW_SECRET = 'whsec_YWxsIG9mIHRoaXMgaXMgdGhlIHNlY3JldCwgMzJCISE=';

/** Who takes a request: the receiver of the contract that knows a secret, and the library of Standard Webhooks. */
function takersOf({ headers, body }: Received): string[] {
  const contract = (secret: string) => {
    const signature = headers['x-cathcr-signature-256'] ?? '';
    return verifyWebhookSignature(body, signature, secret);
  };
  const library = (webhook: Webhook) => {
    try {
      webhook.verify(body, headers);
      return true;
    } catch {
      return false;
    }
  };
  const takers = {
    'contract, old': contract(SECRET),
    'contract, new': contract(NEW_SECRET),
    'library, old': library(new Webhook(Buffer.from(SECRET), { format: 'raw' })),
    'library, new': library(new Webhook(NEW_SECRET)),
  };
  return Object.entries(takers).flatMap(([name, takes]) => (takes ? [name] : []));
}

describe('the rotation of a secret', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  const rotate = async (id: string, overlap_hours?: number) => {
    const body = { secret: NEW_SECRET, overlap_hours };
    return customer.call('POST', `/webhooks/${id}/secret/rotate`, body);
  };

  /** The newest of `count` requests that an inbox has got, once something has happened. */
  async function whenPublished(inbox: string, count: number): Promise<Received> {
    await customer.publish();
    const [newest] = (await customer.requestsOf(inbox, count)).slice(-1);
    if (!newest) throw new Error('nothing came');
    return newest;
  }

  test('has both secrets sign until it ends, and then the new one alone', async () => {
    const id = await customer.givenWebhook('rotated', {});
    const before = await whenPublished('rotated', 1);
    expect(takersOf(before)).toEqual(['contract, old', 'library, old']);

    const rotated = await rotate(id);
    expect(rotated.body).toMatchObject({
      secret: NEW_SECRET,
      secret_rotation: { previous_secret: '************cret', until: expect.any(String) },
    });
    const during = await whenPublished('rotated', 2);
    expect(takersOf(during)).toEqual(['contract, old', 'library, old', 'library, new']);
    const next = during.headers['x-cathcr-signature-256-next'] ?? '';
    expect(verifyWebhookSignature(during.body, next, NEW_SECRET)).toBe(true);
    const { logs } = await eventually(async () => {
      const page = await customer.read(`/webhooks/${id}/logs`);
      expect(page.logs).toHaveLength(2);
      return page;
    });
    expect(logs[0].request.headers).toMatchObject({
      'X-Cathcr-Signature-256-Next': next,
      'webhook-signature': during.headers['webhook-signature'],
    });

    expect((await customer.read(`/webhooks/${id}`)).secret).toBe('************ISE=');
    await customer.call('PATCH', `/webhooks/${id}`, { secret: NEW_SECRET });
    const after = await whenPublished('rotated', 3);
    expect(takersOf(after)).toEqual(['contract, new', 'library, new']);
    expect(after.headers).not.toHaveProperty('x-cathcr-signature-256-next');
    await customer.call('DELETE', `/webhooks/${id}`);
  });

  test.each([
    ['new', ['contract, new', 'library, new']],
    ['old', ['contract, old', 'library, old']],
  ])('is ended early, and the %s one signs alone', async (keep, takers) => {
    const inbox = `kept-${keep}`;
    const id = await customer.givenWebhook(inbox, {});
    await rotate(id);
    const end = () => customer.call('POST', `/webhooks/${id}/secret/rotate/end`, { keep });
    expect(await end()).toMatchObject({ status: 200, body: { secret_rotation: null } });
    expect(takersOf(await whenPublished(inbox, 1))).toEqual(takers);
    expect(await end()).toMatchObject({ status: 409, body: { errors: [{ field: 'secret' }] } });
    await customer.call('DELETE', `/webhooks/${id}`);
  });

  test('ends by itself', async () => {
    const id = await customer.givenWebhook('ends', {});
    const oneSecond = 1 / 3600;
    expect((await rotate(id, oneSecond)).body.secret_rotation).not.toBeNull();
    await eventually(async () => {
      expect(await customer.read(`/webhooks/${id}`)).toMatchObject({ secret_rotation: null });
    });
    expect(takersOf(await whenPublished('ends', 1))).toEqual(['contract, new', 'library, new']);
    await customer.call('DELETE', `/webhooks/${id}`);
  });

  test('is one at a time, and the same when it is asked for again', async () => {
    const id = await customer.givenWebhook('again', {});
    const first = await rotate(id);
    expect(await rotate(id).then(({ status, body }) => [status, body])).toEqual([200, first.body]);
    const other = await customer.call('POST', `/webhooks/${id}/secret/rotate`);
    expect([other.status, other.body.errors]).toMatchObject([409, [{ field: 'secret' }]]);
    const leaked = await customer.call('POST', `/webhooks/${id}/secret/rotate`, { overlap_hours: 0 });
    expect(leaked.body).toMatchObject({ secret: expect.stringMatching(/^whsec_/), secret_rotation: null });
    await customer.call('DELETE', `/webhooks/${id}`);
  });
});
