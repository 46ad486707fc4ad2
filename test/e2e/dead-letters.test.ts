import { randomUUID } from 'node:crypto';
import {
  CreateScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { beforeAll, expect, test } from 'vitest';
import type { DeadLetter } from '../../bin/dead-letters/dead-letter.ts';
import { runScript } from '../bin/run-script.ts';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { homeOf, readDeadLetters, sendBatch, urlOf } from './queues.ts';
import { eventually, useSystem } from './system.ts';

const USER = 'user_123';
const INBOX = 'dead-letters';
const DAY_MS = 86_400_000;
/** A word of a payload, which no list may show. */
const PRIVATE = 'xyzzy';

/** One dead letter in each queue, as whoever puts them there does, and what an operator does about them. */
needing('laptop').describe('npm run dead-letters', () => {
  const system = useSystem();
  const customer = useCustomer(system, USER);
  let webhookId: string;

  beforeAll(async () => {
    const body = { url: system.inboxUrl(INBOX), events: ['thought.deleted'] };
    webhookId = (await customer.call('POST', '/webhooks', body)).body.id;
  });

  const run = (...args: string[]) => runScript('dead-letters', [...args, '--local', system.url]);

  const listed = async (...args: string[]): Promise<DeadLetter[]> => {
    const { code, stdout, stderr } = await run('list', '--json', ...args);
    expect([code, stderr]).toEqual([0, '']);
    return stdout.split('\n').flatMap((line) => (line ? [JSON.parse(line)] : []));
  };

  const givenEnvelope = (id: string, time: number) => {
    const event = givenEvent('thought.deleted', USER);
    return JSON.stringify({
      id: randomUUID(),
      'detail-type': event.event,
      source: 'cathcr',
      time: new Date(time).toISOString(),
      detail: { ...event, data: { ...event.data, note: PRIVATE }, id },
    });
  };

  /** Has the first retry of a delivery sent by a schedule whose queue its role may not send to, and not by its own. */
  async function givenFailedSchedule() {
    await system.setBehaviour(INBOX, { status: 500 });
    await customer.call('POST', '/events', givenEvent('thought.deleted', USER));
    const own = await eventually(async () => {
      const [schedule] = await system.schedules();
      expect(schedule).toBeDefined();
      return schedule;
    });
    const scheduler = new SchedulerClient(system.sdkConfig);
    const { Schedules = [] } = await scheduler.send(new ListSchedulesCommand({ NamePrefix: own?.name }));
    const GroupName = Schedules[0]?.GroupName;
    const { Target } = await scheduler.send(new GetScheduleCommand({ GroupName, Name: own?.name }));
    const create = new CreateScheduleCommand({
      Name: randomUUID(),
      ScheduleExpression: `at(${new Date(Date.now() + 5000).toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: Target?.Arn,
        RoleArn: Target?.RoleArn,
        Input: JSON.stringify({ ...own?.input, QueueUrl: 'https://sqs.us-east-1.amazonaws.com/1/gone' }),
        DeadLetterConfig: Target?.DeadLetterConfig,
      },
    });
    await scheduler.send(create);
    return JSON.parse(own?.input.MessageBody ?? '{}') as { delivery_id: string };
  }

  test('lists, puts back and discards what lies in every queue', async () => {
    const { delivery_id } = await givenFailedSchedule();
    await sendBatch(system, urlOf(system, 'rule'), [givenEnvelope('late', Date.now() - 3 * DAY_MS)], {
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'the queue refused it',
      RULE_ARN: 'arn:aws:events:us-east-1:1:rule/rule',
    });
    await sendBatch(system, homeOf(system, 'events'), [`{"private":"${PRIVATE}"}`]);
    await sendBatch(system, homeOf(system, 'deliveries'), [`{"attempt":3,"private":"${PRIVATE}"}`]);
    for (const name of ['schedules', 'events', 'deliveries']) {
      await eventually(async () => expect(await readDeadLetters(system, name)).toHaveLength(1));
    }

    const letters = await listed();
    expect(letters.map(({ queue }) => queue).toSorted()).toEqual([
      'deliveries',
      'events',
      'rule',
      'schedules',
    ]);
    const of = (name: string) => letters.find(({ queue }) => queue === name);
    expect(of('rule')).toMatchObject({
      reason: 'NO_PERMISSIONS: the queue refused it',
      event: 'thought.deleted',
      event_id: 'late',
    });
    expect(of('schedules')).toMatchObject({
      reason: expect.stringMatching(
        /^AccessDeniedException: .* is not authorized to perform: sqs:sendmessage /,
      ),
      webhook_id: webhookId,
      delivery_id,
      attempt: 3,
    });
    expect(of('events')).toMatchObject({ reason: expect.stringMatching(/^id .*; time /) });
    expect(of('deliveries')).toMatchObject({ attempt: 3, reason: expect.stringMatching(/^user_id /) });
    expect(JSON.stringify(letters)).not.toContain(PRIVATE);
    expect((await run('list')).stdout).toMatch(/\ndead letters: 4 \(/);

    // They lie where they lay, for all to see.
    expect((await listed('--queue', 'events')).map(({ id }) => id)).toEqual([of('events')?.id]);

    await system.setBehaviour(INBOX, { status: 200 });
    const rule = await run('redrive', '--queue', 'rule');
    expect(rule).toEqual({ code: 0, stdout: 'put back: 1 (rule 1)\n', stderr: '' });
    const schedule = await run('redrive', '--id', of('schedules')?.id ?? '');
    expect(schedule).toEqual({ code: 0, stdout: 'put back: 1 (schedules 1)\n', stderr: '' });
    await eventually(async () => {
      const { deliveries } = (await customer.call('GET', `/webhooks/${webhookId}/deliveries`)).body;
      expect(deliveries).toHaveLength(2);
      expect(deliveries.find(({ id }: { id: string }) => id === `delivery_${delivery_id}`)).toMatchObject({
        status: 'succeeded',
        attempt: 3,
      });
      expect(deliveries.find(({ event_id }: { event_id: string }) => event_id === 'late')).toMatchObject({
        status: 'succeeded',
      });
    });

    // What nobody can read is put aside again, with the reason, and not put back for ever.
    expect((await run('redrive')).stdout).toMatch(/^put back: 2 /);
    await eventually(async () => {
      const again = await listed();
      expect(again.map(({ queue }) => queue).toSorted()).toEqual(['deliveries', 'events']);
      for (const { reason, put_back_at } of again) {
        expect(reason).toMatch(/^(user_)?id /);
        expect(put_back_at).toMatch(/^\d{4}-/);
      }
    });

    const refused = await run('discard');
    expect(refused.code).toBe(2);
    expect(await listed()).toHaveLength(2);
    const discarded = await run('discard', '--yes', '--queue', 'events');
    expect(discarded).toMatchObject({ code: 0, stderr: 'discarded: 1 (events 1)\n' });
    expect((await listed()).map(({ queue }) => queue)).toEqual(['deliveries']);
  }, 120_000);

  const arrived = async () =>
    new Set((await system.requests(INBOX)).map(({ headers }) => headers['x-cathcr-delivery']));

  test('walks through more than one receive brings', async () => {
    const before = await arrived();
    for (let batch = 0; batch < 12; batch += 1) {
      const envelopes = Array.from({ length: 10 }, (_, i) => givenEnvelope(`many-${batch}-${i}`, Date.now()));
      await sendBatch(system, urlOf(system, 'rule'), envelopes);
    }
    const { stdout, stderr } = await run('redrive', '--queue', 'rule');
    expect([stdout, stderr]).toEqual(['put back: 120 (rule 120)\n', 'rule: 100 messages so far\n']);
    await eventually(async () => expect((await arrived()).size).toBe(before.size + 120));
  }, 120_000);
});
