import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
} from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { queueOf, schedulerOf } from './support/clients.ts';
import { givenRuntime } from './support/given.ts';
import { ANY_ROLE_ARN } from './support/permit.ts';
import { arnOf, queue, ref } from './support/template.ts';

const SEND_MESSAGE = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';
const RoleArn = ANY_ROLE_ARN;

const givenScheduler = async () => {
  const given = await givenRuntime({
    resources: {
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'retries' } },
      Work: queue(),
      Dead: queue(),
    },
    outputs: { Work: ref('Work'), WorkArn: arnOf('Work'), Dead: ref('Dead'), DeadArn: arnOf('Dead') },
  });
  const { runtime } = given;
  const client = schedulerOf(runtime);
  const work = queueOf(runtime, 'Work');
  const create = (input: Partial<CreateScheduleCommandInput> = {}, target: object = {}) =>
    client.send(
      new CreateScheduleCommand({
        Name: 'one',
        GroupName: 'retries',
        ScheduleExpression: atSeconds(runtime.clock.now() + 300_000),
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: SEND_MESSAGE,
          RoleArn,
          Input: JSON.stringify({ QueueUrl: work.QueueUrl, MessageBody: '{"n":1}', MessageGroupId: 'g' }),
          DeadLetterConfig: { Arn: runtime.outputs.DeadArn },
          ...target,
        },
        ...input,
      }),
    );
  return { ...given, client, create, work, dead: queueOf(runtime, 'Dead') };
};

const atSeconds = (time: number) => `at(${new Date(time).toISOString().slice(0, 19)})`;

test('a schedule sends its message when the clock comes to it, and is gone', async () => {
  const { create, client, advance, work, send } = await givenScheduler();
  await create();

  expect(await advance(290)).toBe(0);
  expect(await work.receive()).toEqual([]);
  expect(await advance(10)).toBe(1);

  const [message] = await work.receive();
  expect(message?.Body).toBe('{"n":1}');
  expect(message?.Attributes).toMatchObject({ MessageGroupId: 'g' });
  const listed = await client.send(new ListSchedulesCommand({ GroupName: 'retries' }));
  expect(listed.Schedules).toEqual([]);
  expect(await (await send('GET', '/_local/schedules')).json()).toEqual([]);
});

test('schedules that wait are shown, the next one first', async () => {
  const { create, send, work, runtime } = await givenScheduler();
  const now = Math.ceil(runtime.clock.now() / 1000) * 1000;
  await create({ Name: 'later', ScheduleExpression: atSeconds(now + 900_000) });
  await create({ Name: 'sooner', ScheduleExpression: atSeconds(now + 300_000) });
  await create({ Name: 'off', State: 'DISABLED' });

  const shown = await (await send('GET', '/_local/schedules')).json();

  const input = { QueueUrl: work.QueueUrl, MessageBody: '{"n":1}', MessageGroupId: 'g' };
  expect(shown).toEqual([
    { name: 'sooner', when: new Date(now + 300_000).toISOString(), input },
    { name: 'later', when: new Date(now + 900_000).toISOString(), input },
  ]);
});

test('a name is taken once in its group', async () => {
  const { create } = await givenScheduler();
  await create();

  await expect(create()).rejects.toMatchObject({ name: 'ConflictException' });
  await create({ GroupName: 'default' });
});

test('the same request once more, by its token, is no conflict', async () => {
  const { create, advance, work } = await givenScheduler();
  const request = { ClientToken: 'token', ScheduleExpression: 'at(2100-01-01T00:00:00)' };
  const first = await create(request);

  expect(await create(request)).toMatchObject({ ScheduleArn: first.ScheduleArn });
  await expect(create({ ...request, ScheduleExpression: 'at(2100-01-02T00:00:00)' })).rejects.toThrow(
    'exists',
  );
  await advance(90 * 366 * 86_400);
  expect(await work.receive()).toHaveLength(1);
});

test('a schedule that is not deleted after completion stays, disabled', async () => {
  const { create, client, advance, send } = await givenScheduler();
  await create({ ActionAfterCompletion: 'NONE' });

  await advance(300);

  const kept = await client.send(new GetScheduleCommand({ Name: 'one', GroupName: 'retries' }));
  expect(kept).toMatchObject({ Name: 'one', State: 'DISABLED', Target: { Arn: SEND_MESSAGE } });
  expect(await (await send('GET', '/_local/schedules')).json()).toEqual([]);
});

test('a time may be in a time zone', async () => {
  const { create, send } = await givenScheduler();
  const zone = { ScheduleExpressionTimezone: 'Europe/Berlin' };
  await create({ Name: 'winter', ScheduleExpression: 'at(2090-01-31T12:00:00)', ...zone });
  await create({ Name: 'summer', ScheduleExpression: 'at(2090-07-31T12:00:00)', ...zone });
  await create({ Name: 'eve', ScheduleExpression: 'at(2090-03-26T01:59:59)', ...zone });
  await create({ Name: 'dawn', ScheduleExpression: 'at(2090-03-26T03:00:00)', ...zone });

  const shown = (await (await send('GET', '/_local/schedules')).json()) as { name: string; when: string }[];

  expect(Object.fromEntries(shown.map(({ name, when }) => [name, when]))).toEqual({
    winter: '2090-01-31T11:00:00.000Z',
    summer: '2090-07-31T10:00:00.000Z',
    eve: '2090-03-26T00:59:59.000Z',
    dawn: '2090-03-26T01:00:00.000Z',
  });
});

test('as many are shown as are asked for, the next one first', async () => {
  const { create, send } = await givenScheduler();
  for (const hour of ['12', '10', '11']) {
    await create({ Name: hour, ScheduleExpression: `at(2090-01-31T${hour}:00:00)` });
  }

  const shown = (await (await send('GET', '/_local/schedules?limit=2')).json()) as { name: string }[];
  const refused = await send('GET', '/_local/schedules?limit=-1');

  expect(shown.map(({ name }) => name)).toEqual(['10', '11']);
  expect([refused.status, await refused.json()]).toEqual([400, { message: 'limit is not a whole number' }]);
});

test('a queue can be the target itself', async () => {
  const { create, advance, work, runtime } = await givenScheduler();
  await create({}, { Arn: runtime.outputs.WorkArn, Input: 'plain' });

  await advance(300);

  expect(await work.receive()).toMatchObject([{ Body: 'plain' }]);
});

test('what its target refuses becomes a dead letter that says why', async () => {
  const { create, advance, dead, runtime } = await givenScheduler();
  const Input = JSON.stringify({ QueueUrl: `${runtime.url}/000000000000/missing`, MessageBody: 'x' });
  await create({}, { Input });

  expect(await advance(300)).toBe(1);

  const [letter] = await dead.receive();
  expect(letter?.Body).toBe(Input);
  expect(letter?.MessageAttributes).toMatchObject({
    ERROR_CODE: { StringValue: 'QueueDoesNotExist' },
    TARGET_ARN: { StringValue: SEND_MESSAGE },
    SCHEDULE_ARN: { StringValue: 'arn:aws:scheduler:us-east-1:000000000000:schedule/retries/one' },
  });
});

test('a deleted schedule does not happen', async () => {
  const { create, client, advance } = await givenScheduler();
  await create();
  const remove = () => client.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'retries' }));

  await remove();

  expect(await advance(300)).toBe(0);
  await expect(remove()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test.each<[string, Partial<CreateScheduleCommandInput>, object?]>([
  ['ResourceNotFoundException', { GroupName: 'other' }],
  ['ValidationException', { Name: 'no spaces' }],
  ['ValidationException', { Name: 'x'.repeat(65) }],
  ['ValidationException', { ScheduleExpression: 'rate(5 minutes)' }],
  ['ValidationException', { ScheduleExpression: 'at(2026-02-30T00:00:00)' }],
  ['ValidationException', { ScheduleExpression: 'at(2020-01-01T00:00:00)' }],
  ['ValidationException', { ScheduleExpression: 'at(2026-02-20T00:00:00Z)' }],
  ['ValidationException', { ScheduleExpressionTimezone: 'Mars/Base' }],
  ['ValidationException', { FlexibleTimeWindow: undefined }],
  ['ValidationException', {}, { Arn: 'arn:aws:lambda:us-east-1:000000000000:function:f' }],
  ['ValidationException', {}, { RoleArn: 'r' }],
  ['ValidationException', {}, { Input: 'no JSON' }],
  ['ValidationException', {}, { Input: JSON.stringify({ x: 'x'.repeat(256 * 1024) }) }],
])('%s for %o %o', async (name, input, target) => {
  const { create } = await givenScheduler();

  await expect(create(input, target)).rejects.toMatchObject({ name });
});
