import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_CATALOGUE } from '../../core/event-catalogue.ts';
import { signBody } from '../../core/signature.ts';
import { type OutsideService, startOutsideService } from '../examples/outside-service.ts';
import { flaskIsMissing } from '../examples/python.ts';
import { type ReceiverProcess, startReceiver } from '../examples/receiver-process.ts';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, useSystem } from './system.ts';

const SECRET = 'your_webhook_secret';
const run = promisify(execFile);
const folderOf = (name: string) => join(import.meta.dirname, '../../examples', name);

const RECEIVERS = [
  {
    name: 'express-receiver',
    missing: undefined,
    start: (env: Record<string, string> = {}) =>
      startReceiver(process.execPath, ['receiver.js'], {
        cwd: folderOf('express-receiver'),
        env: { WEBHOOK_SECRET: SECRET, ...env },
      }),
  },
  {
    name: 'flask-receiver',
    missing: flaskIsMissing,
    start: () =>
      startReceiver('python3', ['-B', 'receiver.py'], {
        cwd: folderOf('flask-receiver'),
        env: { WEBHOOK_SECRET: SECRET },
      }),
  },
] as const;

const whenPrinted = ({ output }: ReceiverProcess, text: string) =>
  eventually(async () => expect(output()).toContain(text));

needing('receiversHere').describe('examples', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  const webhookIds: string[] = [];
  afterEach(async () => {
    for (const id of webhookIds.splice(0)) await customer.call('DELETE', `/webhooks/${id}`);
  });

  async function givenWebhook(url: string, events: readonly string[]): Promise<string> {
    const body = { url, events, secret: SECRET };
    const answer = await customer.call('POST', '/webhooks', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    webhookIds.push(answer.body.id);
    return answer.body.id;
  }

  const publish = (event: object) => customer.call('POST', '/events', event);

  const whenDelivered = (webhookId: string, expected: object) =>
    eventually(async () => {
      const { body } = await customer.call('GET', `/webhooks/${webhookId}/deliveries`);
      expect(body.deliveries[0]).toMatchObject(expected);
      return body.deliveries[0] as { id: string };
    });

  async function replay(webhookId: string, deliveryId: string) {
    const answer = await customer.call('POST', `/webhooks/${webhookId}/replay/${deliveryId}`);
    expect(answer.status).toBe(202);
  }

  for (const { name, missing, start } of RECEIVERS) {
    describe.skipIf(missing)(missing ? `${name} (skipped: ${missing})` : name, () => {
      let receiver: ReceiverProcess;
      beforeAll(async () => {
        receiver = await start();
      });
      afterAll(() => receiver?.stop());

      const post = (body: string, headers: Record<string, string>) =>
        fetch(receiver.url, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', ...headers },
          body,
        });

      // Contract, "HMAC Signature Verification"; "Best Practices": duplicates.
      test('takes a signed delivery, and drops it when it comes again', async () => {
        const id = await givenWebhook(receiver.url, ['thought.created']);
        await publish(givenEvent('thought.created'));
        const delivery = await whenDelivered(id, { status: 'succeeded', status_code: 200 });
        await whenPrinted(receiver, 'thought.created');

        await replay(id, delivery.id);

        await whenDelivered(id, { status: 'succeeded', run: 2, status_code: 200 });
        await whenPrinted(receiver, `${delivery.id.replace('delivery_', '')}: a duplicate, dropped`);
        expect(receiver.output().match(/thought\.created/g)).toHaveLength(1);
      });

      needing('exactBus').test('takes the largest event', async () => {
        const id = await givenWebhook(receiver.url, ['category.created']);
        const event = givenEvent('category.created');
        await publish({ ...event, data: { ...event.data, note: 'ü'.repeat(130_000) } });
        await whenDelivered(id, { status: 'succeeded' });
      });

      test.each([
        ['no signature', undefined],
        ['a signature of the wrong length', 'sha256=test'],
        ['another secret', signBody(Buffer.from('{"test": true}'), 'another_webhook_secret')],
        ['another body', signBody(Buffer.from('{"test": false}'), SECRET)],
        ['characters beyond ASCII', `sha256=${'é'.repeat(64)}`],
      ])('%s is a 401', async (_, signature) => {
        const headers: Record<string, string> = signature ? { 'X-Cathcr-Signature-256': signature } : {};
        expect((await post('{"test": true}', headers)).status).toBe(401);
      });

      test('no body, and one of another type, are a 401', async () => {
        const headers = { 'X-Cathcr-Signature-256': 'sha256=test' };
        expect((await fetch(receiver.url, { method: 'POST', headers })).status).toBe(401);
        expect((await post('x', { ...headers, 'Content-Type': 'text/plain' })).status).toBe(401);
      });

      // Contract, "Health Check".
      test("the contract's health check by curl gets a 401", async () => {
        const curl = `curl -s -o /dev/null -w '%{http_code}' -X POST ${receiver.url} \\
          -H "Content-Type: application/json" \\
          -H "X-Cathcr-Signature-256: sha256=test" \\
          -d '{"test": true}'`;
        const { stdout } = await run('bash', ['-c', curl]);
        expect(stdout).toBe('401');
      });
    });
  }

  // Contract, "Webhook Examples".
  describe('the integrations of express-receiver', () => {
    let service: OutsideService;
    let receiver: ReceiverProcess;
    beforeAll(async () => {
      service = await startOutsideService();
      receiver = await RECEIVERS[0].start({
        SLACK_WEBHOOK_URL: `${service.url}/services/T0/B0/x`,
        TODOIST_API_URL: `${service.url}/api/v1`,
        TODOIST_API_TOKEN: 'todoist_token',
        TODOIST_PROJECT_ID: '2203306141',
        ANALYTICS_URL: `${service.url}/v1/track`,
        ANALYTICS_WRITE_KEY: 'write_key',
      });
    });
    afterAll(async () => {
      await receiver?.stop();
      await service?.stop();
    });

    const callsTo = (path: string, count: number) =>
      eventually(async () => {
        const calls = service.calls.filter((call) => call.path === path);
        expect(calls).toHaveLength(count);
        return calls;
      });

    test('Slack is told of a thought of the team, and analytics of every thought', async () => {
      const id = await givenWebhook(receiver.url, ['thought.created']);
      const event = 'thought.created';
      const data = EVENT_CATALOGUE[event].sample;
      const thought = { ...data.thought, tags: ['team'], content: 'Ship <it> & rest' };
      const timestamp = '2024-01-15T10:30:00Z';

      await publish({ event, timestamp, data: { ...data, thought } });
      const delivery = await whenDelivered(id, { status: 'succeeded' });
      await whenPrinted(receiver, 'thought.created handled');
      await publish({ event, timestamp, data });
      await callsTo('/v1/track', 2);

      const [message] = await callsTo('/services/T0/B0/x', 1);
      expect(message).toMatchObject({
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: { text: 'New team thought: Ship &lt;it&gt; &amp; rest (by user_123)' },
      });
      const [track] = await callsTo('/v1/track', 2);
      expect(track).toMatchObject({
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('write_key:').toString('base64')}` },
      });
      expect(track?.body).toEqual({
        userId: 'user_123',
        event: 'Thought Created',
        properties: { user_id: 'user_123', category: 'Work', has_tags: true },
        timestamp,
        messageId: delivery.id.replace('delivery_', ''),
      });
    });

    test('Todoist gets a task of each reminder that was found', async () => {
      await givenWebhook(receiver.url, ['ai.processing_completed']);
      const { event, data } = givenEvent('ai.processing_completed');
      const reminders_found = [
        { content: 'Follow up next week', due_date: '2024-01-22T09:00:00Z' },
        { content: 'Buy milk', due_date: null },
      ];

      await publish({ event, data: { ...data, results: { reminder_extraction: { reminders_found } } } });

      const tasks = await callsTo('/api/v1/tasks', 2);
      expect(tasks[0]).toMatchObject({
        method: 'POST',
        headers: { authorization: 'Bearer todoist_token', 'content-type': 'application/json' },
      });
      expect(tasks.map(({ body }) => body)).toEqual([
        {
          content: 'Follow up next week',
          due_datetime: '2024-01-22T09:00:00Z',
          project_id: '2203306141',
        },
        { content: 'Buy milk', project_id: '2203306141' },
      ]);
      const requestIds = tasks.map(({ headers }) => headers['x-request-id']);
      expect(new Set(requestIds).size).toBe(2);
    });

    test('analytics is told when a reminder is completed', async () => {
      await givenWebhook(receiver.url, ['reminder.*']);
      await publish(givenEvent('reminder.due'));
      await publish(givenEvent('reminder.completed'));

      const { body } = await eventually(async () => {
        const call = service.calls.at(-1);
        expect(call?.body).toMatchObject({ event: 'Reminder Completed' });
        return call as NonNullable<typeof call>;
      });
      expect(body).toMatchObject({
        properties: { user_id: 'user_123', completion_time: '2024-01-20T15:30:00Z' },
      });
      await whenPrinted(receiver, 'reminder.due handled');
    });

    // Contract, "Endpoint Implementation": respond quickly, process asynchronously, handle duplicates.
    test('the answer does not wait for the work, and a replay makes up for work that failed', async () => {
      const held: { answer?: (status: number) => void } = {};
      service.answer = new Promise((resolve) => {
        held.answer = resolve;
      });
      const id = await givenWebhook(receiver.url, ['reminder.completed']);
      const before = service.calls.length;
      await publish(givenEvent('reminder.completed'));

      const delivery = await whenDelivered(id, { status: 'succeeded', attempt: 1 });
      await eventually(async () => expect(service.calls.length).toBeGreaterThan(before));
      const uuid = delivery.id.replace('delivery_', '');
      expect(receiver.output()).not.toContain(`${uuid}: reminder.completed handled`);
      held.answer?.(500);
      await whenPrinted(receiver, `${uuid}: failed, and may be replayed`);

      service.answer = 200;
      await replay(id, delivery.id);
      await whenPrinted(receiver, `${uuid}: reminder.completed handled`);
      await replay(id, delivery.id);
      await whenPrinted(receiver, `${uuid}: a duplicate, dropped`);
    });
  });
});
