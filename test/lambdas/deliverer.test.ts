import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { deriveDeliveryId } from '../../core/ids.ts';
import { signRequest } from '../../core/signature.ts';
import { deliverBatch } from '../../lambdas/deliverer.ts';
import { DELIVERY_ID, givenRecord, givenWebhook, NOW, webhookIdOf } from './given.ts';
import {
  AT,
  givenEvent,
  givenMessage,
  givenResult,
  givenRow,
  givenScheduledMessage,
  givenServices,
  PAYLOAD,
  RESPONSE_TIME_MS,
  whenDelivered,
} from './given-delivery.ts';

const FAILED_AT = AT + RESPONSE_TIME_MS;
const BODY = `${PAYLOAD.slice(0, -1)},"webhook_id":"${webhookIdOf(1)}"}`;

const isRead = async (...args: Parameters<typeof whenDelivered>) =>
  (await whenDelivered(...args)).done.includes('read row');

const unavailable = () => Promise.reject(new Error('throttled'));

describe('an attempt', () => {
  test('posts the signed envelope with the headers of the contract, and of Standard Webhooks', async () => {
    const { posted } = await whenDelivered(givenMessage());
    const signature = createHmac('sha256', 'your_webhook_secret').update(BODY).digest('hex');
    const [{ standard }] = signRequest({ id: DELIVERY_ID, at: AT, body: Buffer.from(BODY) }, [
      'your_webhook_secret',
    ]);
    expect(posted).toEqual([
      {
        url: 'https://your-app.com/webhooks/cathcr?token=t0ken',
        body: Buffer.from(BODY),
        at: AT,
        receiveCount: 1,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'Cathcr-Webhooks/1.0',
          'Accept-Encoding': 'identity',
          'X-Cathcr-Delivery': DELIVERY_ID,
          'X-Cathcr-Event': 'thought.deleted',
          'X-Cathcr-Signature-256': `sha256=${signature}`,
          'webhook-id': DELIVERY_ID,
          'webhook-timestamp': String(AT / 1000),
          'webhook-signature': standard,
        },
      },
    ]);
  });

  test('sends the same bytes every time, wherever the payload is kept', async () => {
    const byReference = { event: givenEvent({ payload: undefined }) };
    const rows = [{ ...givenRow(2), payload: undefined }];
    const bodies = await Promise.all([
      whenDelivered(givenMessage()),
      whenDelivered(givenMessage(byReference)),
      whenDelivered(givenScheduledMessage(3), { rows: [givenRow(2)] }),
      whenDelivered(givenScheduledMessage(3), { rows }),
    ]);
    expect(bodies.map(({ posted }) => String(posted[0]?.body))).toEqual(Array(4).fill(BODY));
    expect(bodies.map(({ done }) => done.includes('read payload'))).toEqual([false, true, false, true]);
  });

  test('goes to where the webhook points now, under its secret of now', async () => {
    const webhooks = [givenWebhook({ url: 'https://elsewhere.example/', secret: 'another_secret_of_mine' })];
    const { posted } = await whenDelivered(givenScheduledMessage(3), { webhooks, rows: [givenRow(2)] });
    const signature = createHmac('sha256', 'another_secret_of_mine').update(BODY).digest('hex');
    expect(posted[0]).toMatchObject({
      url: 'https://elsewhere.example/',
      headers: { 'X-Cathcr-Signature-256': `sha256=${signature}` },
    });
  });

  test.each([
    [AT + 1, ['your_old_webhook_secret', 'your_webhook_secret']],
    [AT, ['your_webhook_secret']],
  ] as const)('is signed with both secrets while they overlap, until %i', async (until, secrets) => {
    const webhooks = [givenWebhook({ previousSecret: { secret: 'your_old_webhook_secret', until } })];
    const { posted, recorded } = await whenDelivered(givenMessage(), { webhooks });
    const signatures = signRequest({ id: DELIVERY_ID, at: AT, body: Buffer.from(BODY) }, secrets);
    const { headers = {} } = posted[0] ?? {};
    expect(headers['X-Cathcr-Signature-256']).toBe(signatures[0].body);
    expect(headers['X-Cathcr-Signature-256-Next']).toBe(signatures[1]?.body);
    expect(headers['webhook-signature']).toBe(signatures.map(({ standard }) => standard).join(' '));
    expect(recorded[0]?.exchange?.signatures).toEqual(signatures);
  });

  test('carries the headers of its customer, whose values are recorded masked', async () => {
    const token = 'Bearer a_token_of_mine';
    const webhooks = [givenWebhook({ headers: { Authorization: token, 'X-Team': 'blue' } })];
    const { posted, recorded } = await whenDelivered(givenMessage(), { webhooks });
    expect(posted[0]?.headers).toMatchObject({
      Authorization: token,
      'X-Team': 'blue',
      'X-Cathcr-Event': 'thought.deleted',
    });
    expect(recorded[0]?.exchange?.headers).toEqual({
      Authorization: '************mine',
      'X-Team': '************',
    });
    expect(JSON.stringify(recorded)).not.toMatch(/a_token_of|blue/);
  });

  test('is one that was not made before: that is read of the row wherever there may be one', async () => {
    expect(await isRead(givenMessage())).toBe(false);
    expect(await isRead(givenMessage(), { receiveCount: 2 })).toBe(true);
    expect(await isRead(givenMessage({ attempt: 2 }))).toBe(true);
    expect(await isRead(givenMessage({ run: 2 }))).toBe(true);
    expect(await isRead(givenMessage(), { putBackAt: '2026-01-15T12:00:00Z' })).toBe(true);
  });
});

describe('a success', () => {
  test('is recorded, and nothing else follows', async () => {
    const { done, recorded, failed } = await whenDelivered(givenMessage());
    expect(done).toEqual(['post', 'record', 'add up']);
    expect(failed).toEqual([]);
    expect(recorded[0]).toMatchObject({
      delivery: {
        id: DELIVERY_ID,
        webhookId: webhookIdOf(1),
        eventId: 'event-1',
        eventType: 'thought.deleted',
        timestamp: '2024-01-15T10:30:00Z',
        status: 'succeeded',
        run: 1,
        runStartedAt: NOW,
        attempt: 1,
        lastAttempt: givenResult(200),
        nextAttemptAt: undefined,
      },
      result: givenResult(200),
      exchange: { url: givenWebhook().url, response: { headers: {}, body: 'ok' } },
    });
    expect(Buffer.from(recorded[0]?.payload ?? []).toString('base64')).toBe(givenEvent().payload);
    expect(JSON.stringify(recorded)).not.toContain('your_webhook_secret');
  });

  test('of a later attempt goes on from the row', async () => {
    const { recorded } = await whenDelivered(givenScheduledMessage(5), { rows: [givenRow(4)] });
    expect(recorded[0]?.delivery).toEqual({
      ...givenRow(4).delivery,
      status: 'succeeded',
      attempt: 5,
      lastAttempt: givenResult(200),
      nextAttemptAt: undefined,
    });
    expect(recorded[0]?.payload).toEqual(givenRow(4).payload);
  });
});

describe('a failure', () => {
  test.each([1, 2])('whose receiver asks for a pause is scheduled, also as attempt %i', async (attempt) => {
    const given = attempt === 1 ? givenMessage() : givenMessage({ attempt });
    const retryAfter = '600';
    const { done, sent, scheduled, recorded } = await whenDelivered(
      given,
      {},
      { post: async () => ({ result: givenResult(429), retryAfter }) },
    );
    expect(done.filter((step) => step !== 'read row')).toEqual(['log', 'schedule', 'record', 'add up']);
    expect(sent).toEqual([]);
    // To the whole second that 600 s after the answer begins.
    const at = FAILED_AT + 600_500;
    const told = { attempts: [{ at: AT, run: 1, attempt }], last_attempt: givenResult(429) };
    expect(scheduled).toEqual([{ message: givenScheduledMessage(attempt + 1, told), at }]);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'retrying', attempt, nextAttemptAt: at });
  });

  test('of the first attempt is on the log, then goes straight back onto the queue, before it is recorded', async () => {
    const { done, sent, logged, recorded } = await whenDelivered(givenMessage(), { answers: 500 });
    expect(done).toEqual(['post', 'log', 'send', 'record', 'add up']);
    const last_attempt = { at: AT, responseTimeMs: 500, statusCode: 500, error: 'Response 500' };
    const attempts = [{ at: AT, run: 1, attempt: 1 }];
    expect(sent).toEqual([givenMessage({ attempt: 2, attempts, last_attempt })]);
    expect(logged).toMatchObject([
      {
        delivery: { attempt: 1, nextAttemptAt: FAILED_AT },
        result: givenResult(500),
        exchange: { url: givenWebhook().url },
      },
    ]);
    const row = { status: 'retrying', attempt: 1, attempts, nextAttemptAt: FAILED_AT };
    expect(recorded[0]?.delivery).toMatchObject(row);
  });

  test('of a first attempt that came again is scheduled: many receives make no more than one retry', async () => {
    const { sent, scheduled } = await whenDelivered(givenMessage(), { answers: 500, receiveCount: 2 });
    expect(sent).toEqual([]);
    const told = { attempts: [{ at: AT, run: 1, attempt: 1 }], last_attempt: givenResult(500) };
    expect(scheduled).toEqual([{ message: givenScheduledMessage(2, told), at: AT + 5000 }]);
  });

  test.each(['1', '3'])(
    'is scheduled for a time to come, also with a Retry-After of %s',
    async (retryAfter) => {
      const post = async () => ({ result: { ...givenResult(503), at: AT - RESPONSE_TIME_MS }, retryAfter });
      const { scheduled, recorded } = await whenDelivered(givenMessage(), {}, { post });
      expect(scheduled).toMatchObject([{ at: AT + 5000 }]);
      expect(recorded[0]?.delivery.nextAttemptAt).toBe(AT + 5000);
    },
  );

  test.each([
    { attempt: 2, delaySeconds: 300 },
    { attempt: 3, delaySeconds: 900 },
    { attempt: 4, delaySeconds: 3600 },
    { attempt: 5, delaySeconds: 21_600 },
    { attempt: 6, delaySeconds: 86_400 },
  ])(
    'of attempt $attempt is scheduled $delaySeconds s on, between the log and the row',
    async ({ attempt, delaySeconds }) => {
      const world = { rows: [givenRow(attempt - 1)], answers: null };
      const { done, scheduled, sent, recorded } = await whenDelivered(givenMessage({ attempt }), world);
      const at = FAILED_AT + delaySeconds * 1000;
      expect(done).toEqual(['read row', 'post', 'log', 'schedule', 'record', 'add up']);
      const told = { attempts: [{ at: AT, run: 1, attempt }], last_attempt: givenResult(null) };
      expect(scheduled).toEqual([{ message: givenScheduledMessage(attempt + 1, told), at }]);
      expect(sent).toEqual([]);
      expect(recorded[0]?.delivery).toMatchObject({
        status: 'retrying',
        attempt,
        lastAttempt: { statusCode: null, error: 'Connection timeout' },
        nextAttemptAt: at,
      });
    },
  );

  test('of the immediate retry knows of the first attempt, though its row is not written yet', async () => {
    const told = [{ at: AT - 900, run: 1, attempt: 1 }];
    const message = givenMessage({ attempt: 2, attempts: told });
    for (const rows of [[], [givenRow(1, { attempts: told })]]) {
      const { recorded } = await whenDelivered(message, { rows, answers: 500 });
      const attempts = [...told, { at: AT, run: 1, attempt: 2 }];
      expect(recorded[0]?.delivery).toMatchObject({ status: 'retrying', attempt: 2, attempts });
    }
  });

  test('leaves no event, payload, URL or secret in its schedule', async () => {
    const { scheduled } = await whenDelivered(givenMessage({ attempt: 2 }), {
      rows: [givenRow(1)],
      answers: 500,
    });
    const { user_id, webhook_id, generation, delivery_id, run } = givenMessage();
    expect(JSON.parse(JSON.stringify(scheduled[0]?.message))).toEqual({
      user_id,
      webhook_id,
      generation,
      delivery_id,
      event_id: 'event-1',
      run,
      attempt: 3,
      attempts: [{ at: AT, run: 1, attempt: 2 }],
      last_attempt: givenResult(500),
    });
  });

  test('that cannot be put on the log has no next attempt that knows of it, and goes back', async () => {
    const { done, sent, failed } = await whenDelivered(
      givenMessage(),
      { answers: 500 },
      { logAttempt: unavailable },
    );
    expect(done).toEqual(['post']);
    expect(sent).toEqual([]);
    expect(failed).toEqual(['message-1']);
  });

  test('whose next attempt cannot be seen to is not recorded, and goes back', async () => {
    const first = await whenDelivered(givenMessage(), { answers: 500 }, { sendDelivery: unavailable });
    const second = await whenDelivered(
      givenMessage({ attempt: 2 }),
      { rows: [givenRow(1)], answers: 500 },
      { scheduleDelivery: unavailable },
    );
    expect([first.recorded, second.recorded]).toEqual([[], []]);
    expect([first.failed, second.failed]).toEqual([['message-1'], ['message-1']]);
  });

  test('whose row has moved on meanwhile has no more to say', async () => {
    const { done, failed } = await whenDelivered(
      givenScheduledMessage(7),
      { rows: [givenRow(6)], answers: 500 },
      { recordAttempt: async () => false },
    );
    expect(done).toEqual(['read row', 'post', 'read row', 'add up']);
    expect(failed).toEqual([]);
  });
});

describe('a test', () => {
  const testMessage = givenMessage({ test: true });

  test.each([200, 410, 500, null])(
    'answered %s is made once, with no retries and without disabling',
    async (answers) => {
      const { done, recorded } = await whenDelivered(testMessage, { answers });
      expect(done).toEqual(['post', 'record', 'add up']);
      expect(recorded[0]?.delivery).toMatchObject({
        status: answers === 200 ? 'succeeded' : 'exhausted',
        isTest: true,
        attempt: 1,
      });
    },
  );

  test('goes to a webhook that is off, whatever its generation', async () => {
    const webhooks = [givenWebhook({ active: false, generation: 7 })];
    expect((await whenDelivered(testMessage, { webhooks })).posted).toHaveLength(1);
  });

  test('goes nowhere where the webhook is deleted', async () => {
    const { posted, recorded } = await whenDelivered(testMessage, { webhooks: [] });
    expect(posted).toEqual([]);
    expect(recorded[0]?.delivery).toMatchObject({ status: 'cancelled', isTest: true });
  });
});

test('the items of a batch are attempted in parallel', async () => {
  const { services } = givenServices();
  const waiting: (() => void)[] = [];
  const post: typeof services.post = async () => {
    await new Promise<void>((resolve) => {
      if (waiting.push(resolve) === 10) for (const letGo of waiting) letGo();
    });
    return { result: givenResult(200) };
  };
  const records = Array.from({ length: 10 }, (_, i) =>
    givenRecord(givenMessage(), { messageId: `message-${i}` }),
  );
  expect(await deliverBatch({ ...services, post }, records)).toEqual({ batchItemFailures: [] });
});

describe('the numbers of a batch', () => {
  test('are published once, when all is done', async () => {
    const { services, measured } = givenServices({ rows: [givenRow(6)], answers: 500 });
    const records = [
      givenRecord(givenScheduledMessage(7), { messageId: 'last' }),
      givenRecord(givenMessage({ delivery_id: deriveDeliveryId(NOW, 'event-2', webhookIdOf(1)) })),
    ];
    await deliverBatch({ ...services, sendDelivery: unavailable }, records);
    expect(measured).toHaveLength(1);
    expect(measured[0]).toMatchObject({
      Failed: [1],
      Failed5xx: [1],
      Retried: [1],
      Exhausted: [1],
      Disabled: [1],
      SentBack: [1],
    });
  });
});
