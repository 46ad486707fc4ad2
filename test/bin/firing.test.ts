import { CreateScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { expect, test } from 'vitest';
import { createFiring } from '../../bin/emulator/firing.ts';
import { queueOf, schedulerOf } from '../local/support/clients.ts';
import { givenRuntime } from '../local/support/given.ts';
import { ANY_ROLE_ARN } from '../local/support/permit.ts';
import { arnOf, queue, ref } from '../local/support/template.ts';

const SEND_MESSAGE = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';
const HOUR_MS = 3_600_000;

/** Schedules in an hour, on servers that speak the protocols of AWS, and what fires them. */
async function givenSchedules() {
  const { runtime, advance } = await givenRuntime({
    resources: {
      Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'retries' } },
      Work: queue(),
    },
    outputs: { Work: ref('Work'), WorkArn: arnOf('Work') },
  });
  const scheduler = schedulerOf(runtime);
  const work = queueOf(runtime, 'Work');
  const dueAt = Math.ceil(Date.now() / 1000) * 1000 + HOUR_MS;

  const schedule = (name: string, target: object) =>
    scheduler.send(
      new CreateScheduleCommand({
        Name: name,
        GroupName: 'retries',
        ScheduleExpression: `at(${new Date(dueAt).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: { Arn: SEND_MESSAGE, RoleArn: ANY_ROLE_ARN, ...target },
      }),
    );
  const message = (body: string, QueueUrl = work.QueueUrl) => ({
    Input: JSON.stringify({ QueueUrl, MessageBody: body, MessageGroupId: 'group' }),
  });
  const listed = async () => (await scheduler.send(new ListSchedulesCommand({}))).Schedules ?? [];
  const fire = createFiring({ scheduler, sqs: work.sqs });
  return { runtime, advance, schedule, message, listed, fire, work, dueAt };
}

test('a schedule is taken out of the emulator, and its message is sent once, when it is due', async () => {
  const { advance, schedule, message, listed, fire, work, dueAt } = await givenSchedules();
  await schedule('one', message('{"n":1}'));

  expect(await fire(dueAt - 1)).toEqual([]);
  expect(await listed()).toEqual([]);
  expect(await advance(2 * 3600)).toBe(0);
  expect(await work.receive()).toEqual([]);

  expect(await fire(dueAt)).toEqual([{ name: 'one' }]);
  expect(await fire(dueAt)).toEqual([]);
  const [sent, ...others] = await work.receive();
  expect(sent).toMatchObject({ Body: '{"n":1}', Attributes: { MessageGroupId: 'group' } });
  expect(others).toEqual([]);
});

test('a message that cannot be sent is told of, and keeps no other from being sent', async () => {
  const { runtime, schedule, message, fire, work, dueAt } = await givenSchedules();
  await schedule('lost', message('x', `${runtime.url}/000000000000/missing`));
  await schedule('one', message('y'));

  const fired = await fire(dueAt);

  expect(fired).toHaveLength(2);
  expect(fired.find(({ name }) => name === 'lost')?.error?.name).toBe('QueueDoesNotExist');
  expect(fired.find(({ name }) => name === 'one')).toEqual({ name: 'one' });
  expect(await work.receive()).toMatchObject([{ Body: 'y' }]);
});

test('what an emulator can fire itself is left to it', async () => {
  const { runtime, schedule, listed, fire, work, dueAt } = await givenSchedules();
  await schedule('templated', { Arn: runtime.outputs.WorkArn, Input: 'plain' });

  expect(await fire(dueAt)).toEqual([]);

  expect(await listed()).toMatchObject([{ Name: 'templated' }]);
  expect(await work.receive()).toEqual([]);
});
