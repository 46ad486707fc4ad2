import { ConflictException } from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { announceDisabled } from '../../../core/announcement.ts';
import { announce, publishEvent } from '../../../lambdas/aws/bus.ts';
import { deadLetter } from '../../../lambdas/aws/dead-letters.ts';
import { groupOf, isQueueOf, sendDeliveries, sendDelivery } from '../../../lambdas/aws/deliveries-queue.ts';
import { scheduleDelivery } from '../../../lambdas/aws/schedules.ts';
import { logger } from '../../../lambdas/logger.ts';
import { DELIVERY_ID, givenRecord, NOW, USER, webhookIdOf } from '../given.ts';
import { givenMessage, givenScheduledMessage } from '../given-delivery.ts';
import { givenClient } from './given-table.ts';

type Batch = { Entries: { Id: string; MessageBody: string; MessageGroupId: string }[] };
const QUEUE = 'https://sqs.us-east-1.amazonaws.com/123456789012/deliveries';

/** A scheduler that answers with this error. */
const refusing = (error: Error) =>
  givenClient(() => {
    throw error;
  }).client;

describe('the deliveries queue', () => {
  const warned: unknown[] = [];
  beforeEach(() => {
    warned.length = 0;
    vi.spyOn(logger, 'warn').mockImplementation((...line) => void warned.push(line));
  });
  afterEach(() => void vi.restoreAllMocks());

  const messages = Array.from({ length: 95 }, (_, i) => givenMessage({ webhook_id: webhookIdOf(i) }));

  test('is sent one message under the group of its webhook', async () => {
    const { client, sent } = givenClient();
    await sendDelivery(client, QUEUE)(givenMessage());
    expect(sent).toEqual([
      {
        name: 'SendMessageCommand',
        input: {
          QueueUrl: QUEUE,
          MessageBody: JSON.stringify(givenMessage()),
          MessageGroupId: groupOf(webhookIdOf(1)),
        },
      },
    ]);
  });

  test('has groups that tell nothing of the webhook', () => {
    expect(groupOf(webhookIdOf(1))).toMatch(/^[0-9a-f]{32}$/);
    expect(groupOf(webhookIdOf(1))).not.toBe(groupOf(webhookIdOf(2)));
  });

  test('is known by its ARN', () => {
    expect(isQueueOf(QUEUE, 'arn:aws:sqs:us-east-1:123456789012:deliveries')).toBe(true);
    expect(isQueueOf(QUEUE, 'arn:aws:sqs:us-east-1:123456789012:slow-deliveries')).toBe(false);
  });

  test('is sent many in batches of ten, each message once', async () => {
    const { client, sent } = givenClient();
    expect(await sendDeliveries(client, QUEUE)(messages)).toEqual([]);
    const batches = sent.map(({ input }) => (input as Batch).Entries);
    expect(batches.map(({ length }) => length)).toEqual([...Array(9).fill(10), 5]);
    expect(batches.flat().map(({ MessageBody }) => JSON.parse(MessageBody))).toEqual(messages);
    for (const batch of batches) expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
  });

  test('is sent nothing where there is nothing', async () => {
    const { client, sent } = givenClient();
    expect(await sendDeliveries(client, QUEUE)([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  const isOf = (input: Batch, n: number) =>
    input.Entries.some(({ MessageBody }) => JSON.parse(MessageBody).webhook_id === webhookIdOf(n));
  /** A queue that takes nothing of the batch of message 10, and all but message 24, so many times. */
  const givenRefusing = (times: number) => {
    let refusals = 0;
    let partly = 0;
    return givenClient(({ input }) => {
      const batch = input as Batch;
      if (isOf(batch, 10) && refusals++ < times) throw new Error('throttled');
      const at = batch.Entries.findIndex((_, i) => isOf({ Entries: batch.Entries.slice(i, i + 1) }, 24));
      return at >= 0 && partly++ < times ? { Failed: [{ Id: batch.Entries[at]?.Id }] } : {};
    });
  };

  test('tells what it did not take twice: those of a batch that failed in part, all of one that failed', async () => {
    const { client } = givenRefusing(2);
    const failed = await sendDeliveries(client, QUEUE)(messages);
    expect(new Set(failed)).toEqual(new Set([...messages.slice(10, 20), messages[24]]));
    expect(failed).toHaveLength(11);
  });

  test('is offered what it did not take once more, and nothing else', async () => {
    const { client, sent } = givenRefusing(1);
    expect(await sendDeliveries(client, QUEUE)(messages)).toEqual([]);
    const again = sent.slice(10).flatMap(({ input }) => (input as Batch).Entries);
    const bodies = again.map(({ MessageBody }) => JSON.parse(MessageBody));
    expect(bodies).toEqual([...messages.slice(10, 20), messages[24]]);
  });

  test('has it told why it did not take messages, once for each batch, and nothing of what is in them', async () => {
    const error = new Error('throttled');
    const Failed = ['0', '3', '4'].map((Id) => ({
      Id,
      Code: Id === '4' ? 'InvalidParameterValue' : 'InternalError',
    }));
    const { client } = givenClient((_, count) => {
      if (count === 1) throw error;
      return count === 2 ? { Failed } : {};
    });
    await sendDeliveries(client, QUEUE)(messages.slice(0, 30));
    const refused = 'queue refused messages';
    const codes = ['InternalError', 'InvalidParameterValue'];
    expect(warned).toEqual([
      [refused, { queue: 'deliveries', refused: 10, error }],
      [refused, { queue: 'deliveries', refused: 3, codes }],
    ]);
  });

  test('is offered nothing a third time', async () => {
    const { client, sent } = givenClient(() => {
      throw new Error('throttled');
    });
    expect(await sendDeliveries(client, QUEUE)(messages)).toEqual(messages);
    expect(sent).toHaveLength(20);
  });
});

describe('a schedule', () => {
  const settings = { groupName: 'retries', roleArn: 'role', deadLetterQueueArn: 'dead', queueUrl: QUEUE };
  const message = givenScheduledMessage(3);

  test('sends the message once, at its time, and is gone then', async () => {
    const { client, sent } = givenClient();
    await scheduleDelivery(client, settings)(message, NOW + 300_999);
    expect(sent[0]).toMatchObject({
      name: 'CreateScheduleCommand',
      input: {
        Name: `${DELIVERY_ID}-1-1-3`,
        GroupName: 'retries',
        ScheduleExpression: 'at(2026-01-15T10:35:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { RoleArn: 'role', DeadLetterConfig: { Arn: 'dead' } },
      },
    });
    const target = sent[0]?.input.Target as { Input: string } | undefined;
    expect(JSON.parse(target?.Input ?? '')).toEqual({
      QueueUrl: QUEUE,
      MessageBody: JSON.stringify(message),
      MessageGroupId: groupOf(webhookIdOf(1)),
    });
  });

  test('has a name that Scheduler takes, another for each run and attempt', async () => {
    const { client, sent } = givenClient();
    for (const [run, attempt] of [
      [1, 3],
      [1, 4],
      [2, 3],
      [1000, 7],
    ] as const)
      await scheduleDelivery(client, settings)(givenScheduledMessage(attempt, { run, generation: NOW }), NOW);
    const names = sent.map(({ input }) => String(input.Name));
    for (const name of names) expect(name).toMatch(/^[\w.-]{1,64}$/);
    expect(new Set(names).size).toBe(4);
  });

  test('that is there already is as good as made; any other refusal is an error', async () => {
    const there = new ConflictException({ message: 'exists', $metadata: {}, Message: 'exists' });
    await scheduleDelivery(refusing(there), settings)(message, NOW);
    const throttled = scheduleDelivery(refusing(new Error('throttled')), settings)(message, NOW);
    await expect(throttled).rejects.toThrow('throttled');
  });
});

describe('a dead letter', () => {
  test('is the message as it came, with the reason', async () => {
    const { client, sent } = givenClient();
    await deadLetter(client, QUEUE)(givenRecord('{"any":\n"thing"}'), 'event is\nunknown');
    expect(sent[0]?.input).toEqual({
      QueueUrl: QUEUE,
      MessageBody: '{"any":\n"thing"}',
      MessageAttributes: { reason: { DataType: 'String', StringValue: 'event is unknown' } },
    });
  });

  test('is still of its group, and put back when it was', async () => {
    const { client, sent } = givenClient();
    const record = givenRecord('{}', { groupId: 'group-1', putBackAt: '2026-01-15T10:30:00.000Z' });
    await deadLetter(client, QUEUE)(record, 'why');
    expect(sent[0]?.input).toMatchObject({
      MessageGroupId: 'group-1',
      MessageAttributes: { put_back_at: { DataType: 'String', StringValue: '2026-01-15T10:30:00.000Z' } },
    });
  });

  test.each([
    ['a part of its reason', 300, /^(why ?)+(wh?)?$/],
    ['no reason', 14, undefined],
  ])('has %s where its body leaves no room for more', async (_, roomBytes, reason) => {
    const { client, sent } = givenClient();
    const body = 'x'.repeat(1024 * 1024 - roomBytes);
    await deadLetter(client, QUEUE)(givenRecord(body), 'why '.repeat(200));
    const input = sent[0]?.input as {
      MessageBody: string;
      MessageAttributes: { reason?: { StringValue: string } };
    };
    const { MessageBody, MessageAttributes } = input;
    const { StringValue } = MessageAttributes.reason ?? {};
    expect(MessageBody).toBe(body);
    if (reason) expect(StringValue).toMatch(reason);
    else expect(MessageAttributes).toEqual({});
    expect(Buffer.byteLength(`reasonString${StringValue ?? ''}`)).toBeLessThanOrEqual(roomBytes);
  });

  test.each([
    ['long', 'x'.repeat(5000)],
    ['long and of pairs', '🔗'.repeat(5000)],
    ['long, with a pair at its cut', `x${'🔗'.repeat(5000)}`],
    ['of half pairs and no characters', 'a\ud800b\u0000c\ufffe'],
  ])('has a reason that SQS takes, though it was %s', async (_, reason) => {
    const { client, sent } = givenClient();
    await deadLetter(client, QUEUE)(givenRecord('{}'), reason);
    const attributes = sent[0]?.input.MessageAttributes as { reason: { StringValue: string } };
    const { StringValue } = attributes.reason;
    expect(StringValue.length).toBeLessThanOrEqual(1024);
    expect(StringValue.isWellFormed()).toBe(true);
    expect(StringValue).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]+$/u);
  });
});

describe('the bus', () => {
  test('is given an event of Cathcr as its detail stands', async () => {
    const { client, sent } = givenClient(() => ({ Entries: [{ EventId: '1' }] }));
    await publishEvent(client, 'bus')('thought.deleted', '{ "n": 1.10 }');
    expect(sent[0]?.input).toEqual({
      Entries: [
        { EventBusName: 'bus', Source: 'cathcr', DetailType: 'thought.deleted', Detail: '{ "n": 1.10 }' },
      ],
    });
  });

  test('is told of a webhook that was turned off, under a source of our own', async () => {
    const { client, sent } = givenClient();
    const ref = { id: webhookIdOf(1), userId: USER };
    const told = announceDisabled(ref, { at: NOW, reason: 'it failed', deliveryId: DELIVERY_ID });
    await announce(client, 'bus')(told);
    const entries = sent[0]?.input.Entries as { Source: string; DetailType: string; Detail: string }[];
    const [entry] = entries;
    expect(entry).toMatchObject({
      EventBusName: 'bus',
      Source: 'cathcr.webhooks',
      DetailType: 'webhook.disabled',
    });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual({
      id: told.id,
      accepted_at: NOW,
      event: 'webhook.disabled',
      timestamp: '2026-01-15T10:30:00.000Z',
      data: {
        webhook_id: webhookIdOf(1),
        reason: 'it failed',
        disabled_at: '2026-01-15T10:30:00.000Z',
        delivery_id: `delivery_${DELIVERY_ID}`,
        user_id: USER,
      },
    });
  });

  test('that does not take an event is an error, though it answers 200', async () => {
    const { client } = givenClient(() => ({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
    }));
    await expect(publishEvent(client, 'bus')('thought.deleted', '{}')).rejects.toThrow(/ThrottlingException/);
  });
});
