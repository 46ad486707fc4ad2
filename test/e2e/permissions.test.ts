import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { givenEvent } from '../samples.ts';
import { countMessages, putOnBus, putOnQueue, readQueue } from './bus.ts';
import { needing } from './needs.ts';
import { eventually, type System, startSystem } from './system.ts';
import { givenAssemblyWithout, type Withdrawal } from './withdraw.ts';

const laptop = needing('laptop');

/** Longer than a message that failed stays out of sight: six timeouts of the function that reads it. */
const OUT_OF_SIGHT_SECONDS = 300;

/** A receiver that stays where it is while the system is started anew. */
async function givenReceiver() {
  const receiver = { url: '', status: 200, attempts: [] as string[] };
  const server = createServer((request, response) => {
    receiver.attempts.push(String(request.headers['x-cathcr-delivery']));
    response.writeHead(receiver.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}

/** The system without some permissions, on data that outlive it, and what its functions write. */
async function givenSystemWithout(...withdrawals: Withdrawal[]) {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-data-'));
  onTestFinished(() => rm(dataDirectory, { recursive: true, force: true }));
  const logs: string[] = [];
  const assemblyDirectory = await givenAssemblyWithout(...withdrawals);
  const system = await startSystem({
    assemblyDirectory,
    dataDirectory,
    onFunctionLog: (_name, line) => logs.push(line),
  });
  onTestFinished(() => system.stop());
  const key = await system.createKey('user_123');
  return {
    system,
    key,
    whenLogged: (text: string) => eventually(async () => expect(logs.join('\n')).toContain(text)),
    /** Starts the system again, with all of its permissions. */
    repair: async (): Promise<System> => {
      await system.stop();
      const repaired = await startSystem({ dataDirectory });
      onTestFinished(() => repaired.stop());
      return repaired;
    },
  };
}

const subscribe = (system: System, key: string, url: string) =>
  system.call('POST', '/webhooks', { key, body: { url, events: ['thought.deleted'] } });
const publish = async (system: System, key: string) => {
  const answer = await system.call('POST', '/events', { key, body: givenEvent('thought.deleted') });
  expect(answer.status).toBe(202);
};

laptop.describe('the API without a permission', () => {
  test.each<[string, Withdrawal, string, object]>([
    [
      'a webhook',
      { role: 'ApiWebhooks', action: 'dynamodb:PutItem' },
      '/webhooks',
      { url: 'http://127.0.0.1:9', events: ['*'] },
    ],
    ['an event', { role: 'ApiEvents', action: 'events:PutEvents' }, '/events', givenEvent('thought.deleted')],
  ])('answers 500 to %s, and tells the log alone why', async (_, withdrawal, path, body) => {
    const { system, key, whenLogged } = await givenSystemWithout(withdrawal);

    const answer = await system.call('POST', path, { key, body });

    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/arn:|dynamodb|PutEvents|role|authorized/i);
    await whenLogged(`is not authorized to perform: ${withdrawal.action} on resource: arn:aws:`);
    expect((await system.call('GET', '/webhooks', { key })).status).toBe(200);
  });
});

laptop.describe('an event', () => {
  test.each<[string, Withdrawal]>([
    ['read who wants it', { role: 'DeliveryDispatcher', action: 'dynamodb:Query' }],
    [
      'put its deliveries on their queue',
      { role: 'DeliveryDispatcher', action: 'sqs:SendMessage', on: 'DeliveriesQueue' },
    ],
  ])('waits while the Dispatcher may not %s, and is delivered when it may', async (_, withdrawal) => {
    const receiver = await givenReceiver();
    const { system, key, whenLogged, repair } = await givenSystemWithout(withdrawal);
    await subscribe(system, key, receiver.url);
    await publish(system, key);
    await whenLogged('"level":"ERROR"');
    expect(receiver.attempts).toEqual([]);

    const repaired = await repair();
    await repaired.advance(OUT_OF_SIGHT_SECONDS);

    await eventually(async () => expect(receiver.attempts).toHaveLength(1));
  });
});

laptop.describe('a delivery', () => {
  test.each<[string, Withdrawal]>([
    ['make a schedule', { role: 'DeliveryDeliverer', action: 'scheduler:CreateSchedule' }],
    ['hand the schedule its role', { role: 'DeliveryDeliverer', action: 'iam:PassRole' }],
    ['record an attempt', { role: 'DeliveryDeliverer', action: 'dynamodb:PutItem' }],
  ])('waits while the Deliverer may not %s, and goes on when it may', async (_, withdrawal) => {
    const receiver = await givenReceiver();
    receiver.status = 500;
    const { system, key, whenLogged, repair } = await givenSystemWithout(withdrawal);
    const { body: webhook } = await subscribe(system, key, receiver.url);
    await publish(system, key);
    await whenLogged(`is not authorized to perform: ${withdrawal.action} on resource: arn:aws:`);

    const repaired = await repair();
    await eventually(async () => {
      // In small steps, so that the schedule is seen before it is due.
      if ((await repaired.schedules()).length === 0) await repaired.advance(30);
      expect(await repaired.schedules()).toHaveLength(1);
    });
    receiver.status = 200;
    await repaired.advance(300);

    await eventually(async () => {
      const path = `/webhooks/${webhook.id}/deliveries`;
      const { deliveries } = (await repaired.call('GET', path, { key })).body;
      expect(deliveries).toMatchObject([{ status: 'succeeded' }]);
    });
    expect(new Set(receiver.attempts).size).toBe(1);
  });

  test('whose row may not be inserted with others is recorded all the same, and the log says what lacks', async () => {
    const receiver = await givenReceiver();
    const withdrawal = { role: 'DeliveryDeliverer', action: 'dynamodb:PartiQLInsert' };
    const { system, key, whenLogged } = await givenSystemWithout(withdrawal);
    const { body: webhook } = await subscribe(system, key, receiver.url);
    await Promise.all(Array.from({ length: 40 }, () => publish(system, key)));

    await whenLogged('rows not inserted together');
    await whenLogged('is not authorized to perform: dynamodb:PartiQLInsert on resource: arn:aws:');
    await eventually(async () => {
      const path = `/webhooks/${webhook.id}/deliveries?status=succeeded`;
      expect((await system.call('GET', path, { key })).body.pagination.total).toBe(40);
    });
    expect(receiver.attempts).toHaveLength(40);
  });

  test('whose schedule may not send it is a dead letter', async () => {
    const receiver = await givenReceiver();
    receiver.status = 500;
    const withdrawal = { role: 'DeliverySchedulesRole', action: 'sqs:SendMessage', on: 'DeliveriesQueue' };
    const { system, key } = await givenSystemWithout(withdrawal);
    await subscribe(system, key, receiver.url);
    await publish(system, key);
    await eventually(async () => expect(await system.schedules()).toHaveLength(1));

    await system.advance(300);

    const [letter] = await readQueue(system, 'SchedulesDeadLetters');
    expect(letter?.attributes).toMatchObject({
      ERROR_CODE: 'AccessDeniedException',
      ERROR_MESSAGE: expect.stringContaining(
        'is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:',
      ),
    });
    expect(letter?.body).toContain(receiver.attempts[0]);
    expect(receiver.attempts).toHaveLength(2);
  });
});

laptop.describe('what happens seldom is allowed too', () => {
  test('an event that comes onto the bus again under its id is known', async () => {
    const receiver = await givenReceiver();
    const { system, key } = await givenSystemWithout();
    await subscribe(system, key, receiver.url);
    const event = { id: 'order-1', ...givenEvent('thought.deleted') };

    await putOnBus(system, event);
    await eventually(async () => expect(receiver.attempts).toHaveLength(1));
    await putOnBus(system, event);
    await putOnBus(system, { ...event, id: 'order-2' });

    await eventually(async () => expect(new Set(receiver.attempts).size).toBe(2));
    await eventually(async () => expect(await countMessages(system, 'EventsQueue')).toBe(0));
  });

  test('a delivery that cannot be understood is put aside', async () => {
    const { system } = await givenSystemWithout();

    await putOnQueue(system, 'DeliveriesQueue', 'nonsense');

    await eventually(async () =>
      expect(await readQueue(system, 'DeliveriesDeadLetters')).toMatchObject([{ body: 'nonsense' }]),
    );
  });
});

laptop.describe('the system', () => {
  test.each<[string, Withdrawal]>([
    ['ReceiveMessage on SQS', { role: 'DeliveryDispatcher', action: 'sqs:ReceiveMessage' }],
    ['CreateNetworkInterface on EC2', { role: 'DeliveryDeliverer', action: 'ec2:CreateNetworkInterface' }],
    ['logs:PutLogEvents', { role: 'ApiPublic', action: 'logs:PutLogEvents' }],
  ])('does not start without %s', async (message, withdrawal) => {
    await expect(givenSystemWithout(withdrawal)).rejects.toThrow(message);
  });
});
