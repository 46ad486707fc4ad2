import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { acceptEvent } from '../../core/event.ts';
import { mintEventId } from '../../core/ids.ts';
import { pack } from '../../lambdas/aws/packing.ts';
import { composeFirstMessage } from '../../lambdas/delivery/begin.ts';
import { givenWebhook } from '../lambdas/given.ts';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { homeOf, readDeadLetters, sendBatch, VISIBILITY_SECONDS } from './queues.ts';
import { eventually, useSystem } from './system.ts';

const USER = 'user_123';
const MAX_MESSAGE_BYTES = 1024 * 1024;

needing('laptop').describe('one that cannot be processed among nine that can', () => {
  const system = useSystem();
  const customer = useCustomer(system, USER);
  let webhookId: string;
  let inbox: string;
  let generation: number;

  /** Each test has an inbox and a webhook of its own. */
  async function givenInbox() {
    inbox = randomUUID();
    const body = { url: system.inboxUrl(inbox), events: ['thought.deleted'] };
    const webhook = (await customer.call('POST', '/webhooks', body)).body;
    webhookId = webhook.id;
    // Until it is turned off or on, a webhook's generation is when it was made.
    generation = Date.parse(webhook.created_at);
  }
  afterEach(() => customer.call('DELETE', `/webhooks/${webhookId}`));

  const givenEnvelope = () =>
    JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': 'thought.deleted',
      source: 'cathcr',
      time: new Date().toISOString(),
      detail: givenEvent('thought.deleted', USER),
    });

  /** A message as the Dispatcher makes it, of another delivery each time. */
  function givenMessage(changes: object = {}) {
    const now = Date.now();
    const data = JSON.stringify(givenEvent('thought.deleted', USER).data);
    const event = acceptEvent({ type: 'thought.deleted', userId: USER, data }, mintEventId(now), now);
    const webhook = givenWebhook({ id: webhookId, userId: USER, generation });
    const message = composeFirstMessage(event, webhook, { payload: pack(event.payload) });
    return JSON.stringify({ ...message, ...changes });
  }

  const amongNine = (poison: string, good: () => string) => [
    ...Array.from({ length: 4 }, good),
    poison,
    ...Array.from({ length: 5 }, good),
  ];

  const whenNineArrived = () => eventually(async () => expect(await system.requests(inbox)).toHaveLength(9));

  const whenPutAside = (queue: string, poison: string) =>
    eventually(async () => {
      const found = (await readDeadLetters(system, queue)).filter(({ body }) => body === poison);
      expect(found).toHaveLength(1);
      return found[0]?.reason;
    });

  test.each([
    ['no JSON', () => 'nonsense', /^body is not JSON/],
    ['another shape', () => '[{"Records":[]}]', /^body /],
    ['no object for its detail', () => givenEnvelope().replace(/"detail":.*$/, '"detail":[1]}'), /^body /],
    [
      'an event that is none',
      () => givenEnvelope().replaceAll('thought.deleted', 'thought.eaten'),
      /^event takes the name/,
    ],
    [
      'a time thousands of years away',
      () => givenEnvelope().replace('"detail":{', `"detail":{"id":"${inbox}","accepted_at":281474976710655,`),
      /^accepted_at /,
    ],
    [
      'an owner whose name no key holds',
      () => givenEnvelope().replaceAll(USER, 'u'.repeat(4000)),
      /^data\.user_id takes at most/,
    ],
    ['a message at its limit', () => 'x'.repeat(MAX_MESSAGE_BYTES - 9 * 1024), /^body is not JSON/],
  ])('of the events queue is put aside with the reason: %s', async (_, poisonOf, reason) => {
    await givenInbox();
    const poison = poisonOf();
    await sendBatch(system, homeOf(system, 'events'), amongNine(poison, givenEnvelope));
    await whenNineArrived();
    expect(await whenPutAside('events', poison)).toMatch(reason);
  });

  test('of the events queue is put aside though there is no room for a reason', async () => {
    await givenInbox();
    const poison = 'x'.repeat(MAX_MESSAGE_BYTES);
    await sendBatch(system, homeOf(system, 'events'), [poison]);
    expect(await whenPutAside('events', poison)).toBeUndefined();
  });

  test.each([
    ['no JSON', () => '{', /^body is not JSON/],
    ['another shape', () => 'null', /^body /],
    ['wrong types', () => givenMessage({ attempt: '1' }), /^attempt /],
    ['a huge number', () => givenMessage({ run: 1e300 }), /^run /],
    ['a malformed id', () => givenMessage({ delivery_id: '../../etc' }), /^delivery_id /],
    [
      'a payload that is none',
      () => givenMessage().replace(/"payload":"[^"]*"/, '"payload":"bm9uc2Vuc2U="'),
      /^event\.payload /,
    ],
  ])('of the deliveries queue is put aside with the reason: %s', async (_, poisonOf, reason) => {
    await givenInbox();
    const poison = poisonOf();
    await sendBatch(system, homeOf(system, 'deliveries'), amongNine(poison, givenMessage));
    await whenNineArrived();
    expect(await whenPutAside('deliveries', poison)).toMatch(reason);
  });

  test('of a webhook that is not there is cancelled, and no dead letter', async () => {
    await givenInbox();
    const unknown = givenMessage({ webhook_id: `webhook_${'0'.repeat(32)}` });
    await sendBatch(system, homeOf(system, 'deliveries'), amongNine(unknown, givenMessage));
    await whenNineArrived();
    await system.advance(VISIBILITY_SECONDS);
    expect((await readDeadLetters(system, 'deliveries')).map(({ body }) => body)).not.toContain(unknown);
  });

  test.each([
    ['row', () => givenMessage({ attempt: 3, event: undefined }), /^the row .* is not in the table$/],
    [
      'payload',
      () => givenMessage().replace(/,"payload":"[^"]*"/, ''),
      /^the payload of event .* is not in the table$/,
    ],
  ])('whose %s is gone goes back a while, and is put aside with the reason', async (_, poisonOf, reason) => {
    await givenInbox();
    const poison = poisonOf();
    await sendBatch(system, homeOf(system, 'deliveries'), amongNine(poison, givenMessage));
    await whenNineArrived();
    for (let receives = 1; receives <= 10; receives += 1) {
      expect((await readDeadLetters(system, 'deliveries')).map(({ body }) => body)).not.toContain(poison);
      await system.advance(VISIBILITY_SECONDS);
    }
    expect(await whenPutAside('deliveries', poison)).toMatch(reason);
    expect(await system.requests(inbox)).toHaveLength(9);
  });
});
