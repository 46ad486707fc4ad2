import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { expect, test } from 'vitest';
import { eventsOf, queueOf } from './support/clients.ts';
import { givenRuntime } from './support/given.ts';
import { arnOf, queue, ref, rule } from './support/template.ts';

const ENTRY = { EventBusName: 'the-bus', Source: 'shop', DetailType: 'order.placed', Detail: '{}' };

const givenBus = async (pattern: object, target: object = { Arn: arnOf('Events') }) => {
  const given = await givenRuntime({
    resources: {
      Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'the-bus' } },
      Rule: rule('Bus', pattern, [{ Id: 'T', DeadLetterConfig: { Arn: arnOf('Dead') }, ...target }]),
      Events: queue(),
      Dead: queue(),
    },
    outputs: { Events: ref('Events'), Dead: ref('Dead') },
  });
  const client = eventsOf(given.runtime);
  const put = (...entries: Partial<PutEventsRequestEntry>[]) =>
    client.send(
      new PutEventsCommand({
        Entries: entries.map((entry) => Object.assign({}, ENTRY, entry)),
      }),
    );
  return { ...given, put, events: queueOf(given.runtime, 'Events'), dead: queueOf(given.runtime, 'Dead') };
};

test('an event that matches is put on the queue in its envelope', async () => {
  const { put, events } = await givenBus({ source: ['shop'] });

  const answer = await put({ Detail: '{"id":1}', Time: new Date('2026-01-31T12:34:56Z'), Resources: ['r'] });

  const [message] = await events.receive();
  expect(JSON.parse(message?.Body ?? '')).toEqual({
    version: '0',
    id: answer.Entries?.[0]?.EventId,
    'detail-type': 'order.placed',
    source: 'shop',
    account: '000000000000',
    time: '2026-01-31T12:34:56Z',
    region: 'us-east-1',
    resources: ['r'],
    detail: { id: 1 },
  });
});

test("the detail is the producer's own text", async () => {
  const { put, events } = await givenBus({ source: ['shop'] });
  const Detail = '{"b":1.0,"a":12345678901234567890, "2":"é", "1":{"z":1e2}}';

  await put({ Detail });

  const [message] = await events.receive();
  expect(message?.Body).toContain(`"detail":${Detail}}`);
});

test('an event that does not match, or is on another bus, goes nowhere', async () => {
  const { put, events } = await givenBus({ source: ['shop'], 'detail-type': ['order.placed'] });

  await put({ Source: 'shop.other' }, { DetailType: 'order.lost' }, { EventBusName: 'default' });

  expect(await events.receive()).toEqual([]);
});

test('each entry succeeds or fails for itself', async () => {
  const { put, events } = await givenBus({ source: ['shop'] });

  const answer = await put(
    { Detail: '[1]' },
    { Detail: '{"good":true}' },
    { Detail: '{' },
    { Detail: '' },
    { Source: 'aws.ec2' },
    { EventBusName: 'no-bus' },
  );

  expect(answer.FailedEntryCount).toBe(5);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    'MalformedDetail',
    undefined,
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
    'ResourceNotFoundException',
  ]);
  expect(await events.receive()).toHaveLength(1);
});

test('a request over 1 MB, or of more than ten entries, is refused', async () => {
  const { put } = await givenBus({ source: ['shop'] });
  const Detail = JSON.stringify('x'.repeat(600_000));

  await expect(put({ Detail }, { Detail })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(put(...Array.from({ length: 11 }, () => ({})))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('an event that cannot be put on its queue becomes a dead letter that says why', async () => {
  const { put, dead } = await givenBus(
    { source: ['shop'] },
    { Arn: 'arn:aws:sqs:us-east-1:000000000000:missing' },
  );

  await put({ Detail: '{"id":1}' });

  const [letter] = await dead.receive();
  expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ detail: { id: 1 } });
  expect(letter?.MessageAttributes).toMatchObject({
    ERROR_CODE: { StringValue: 'NO_RESOURCE' },
    TARGET_ARN: { StringValue: 'arn:aws:sqs:us-east-1:000000000000:missing' },
    RULE_ARN: { StringValue: expect.stringContaining(':rule/the-bus/') },
  });
});

test('an event with a character that SQS refuses is lost, dead letters being a queue of SQS, too', async () => {
  const { put, events, dead } = await givenBus({ source: ['shop'] });
  await put({ Detail: '{"text":"\uFFFE"}' }, { Detail: '{"text":"\\uFFFE"}' });
  expect((await events.receive()).map(({ Body }) => JSON.parse(Body ?? '').detail)).toEqual([
    { text: '\uFFFE' },
  ]);
  expect(await dead.receive()).toEqual([]);
});

test.each([
  ['an operator', { source: [{ wildcard: 'a*' }] }, {}, 'the operator wildcard'],
  [
    'an input transformer',
    { source: ['a'] },
    { Arn: arnOf('Events'), InputTransformer: {} },
    'InputTransformer',
  ],
  ['a target', { source: ['a'] }, { Arn: 'arn:aws:sns:us-east-1:000000000000:t' }, 'arn:aws:sns'],
])('%s that the runtime does not know is told at the start', async (_, pattern, target, name) => {
  await expect(givenBus(pattern, { Arn: arnOf('Events'), ...target })).rejects.toThrow(name);
});
