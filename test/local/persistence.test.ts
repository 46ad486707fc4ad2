import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Runtime, start } from '../../local/runtime.ts';
import { queueOf, schedulerOf } from './support/clients.ts';
import { givenAssembly, givenDirectory, talkTo } from './support/given.ts';
import { ANY_ROLE_ARN } from './support/permit.ts';
import { end, givenProcess } from './support/process.ts';
import { queue, redriveTo, ref } from './support/template.ts';

const FIXTURE = {
  resources: { Work: queue({ VisibilityTimeout: 600, ...redriveTo('Dead', 3) }), Dead: queue() },
  outputs: { Work: ref('Work'), Dead: ref('Dead') },
};

const givenFolders = async () => ({
  assemblyDirectory: await givenAssembly(FIXTURE),
  dataDirectory: await givenDirectory(),
});
type Folders = Awaited<ReturnType<typeof givenFolders>>;

const startOn = async (folders: Folders) => {
  const runtime = await start({ ...folders, port: 0 });
  onTestFinished(() => runtime.stop());
  return { runtime, work: queueOf(runtime, 'Work'), dead: queueOf(runtime, 'Dead'), ...talkTo(runtime.url) };
};

const createSchedule = (runtime: Runtime, Name: string, secondsFromNow: number, now: number) =>
  schedulerOf(runtime).send(
    new CreateScheduleCommand({
      Name,
      ScheduleExpression: `at(${new Date(now + secondsFromNow * 1000).toISOString().slice(0, 19)})`,
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage',
        RoleArn: ANY_ROLE_ARN,
        Input: JSON.stringify({ QueueUrl: runtime.outputs.Work, MessageBody: Name }),
      },
    }),
  );

const bodiesOf = (messages: { Body?: string | undefined }[]) =>
  messages.map(({ Body }) => Body ?? '').toSorted((a, b) => a.localeCompare(b));

test('a runtime goes on where the one before it stopped', async () => {
  const folders = await givenFolders();
  const first = await startOn(folders);
  await first.advance(86_400);
  await createSchedule(first.runtime, 'scheduled', 3600, first.runtime.clock.now());
  await first.work.send('waiting', { MessageGroupId: 'g' });
  await first.work.send('delayed', { DelaySeconds: 900 });
  await first.runtime.stop();

  const { runtime, work, advance } = await startOn(folders);

  expect(runtime.clock.now()).toBeGreaterThan(Date.now() + 86_000_000);
  const [waiting] = await work.receive();
  expect(waiting).toMatchObject({ Body: 'waiting', Attributes: { MessageGroupId: 'g' } });
  await advance(600);
  expect(bodiesOf(await work.receive())).toEqual(['waiting']);
  await advance(300);
  expect(bodiesOf(await work.receive())).toEqual(['delayed']);
  expect(await advance(2700)).toBe(1);
  expect(bodiesOf(await work.receive())).toContain('scheduled');
});

test('a killed runtime has lost nothing that it acknowledged', async () => {
  const folders = await givenFolders();
  const { child, runtime } = await givenProcess(folders);
  const before = queueOf(runtime, 'Work');
  const sent = [...Array(50).keys()].map((index) => `message ${index}`);
  await Promise.all(sent.map((body) => before.send(body)));
  const [inFlight] = await before.receive({ MaxNumberOfMessages: 1 });
  await createSchedule(runtime, 'scheduled', 3600, Date.now());
  await end(child, 'SIGKILL');

  const { work, advance } = await startOn(folders);

  const received = [];
  for (let more = await work.receive(); more.length > 0; more = await work.receive()) received.push(...more);
  expect(bodiesOf(received)).toEqual(sent.toSorted((a, b) => a.localeCompare(b)));
  const again = received.find(({ MessageId }) => MessageId === inFlight?.MessageId);
  expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  expect(await advance(3600)).toBe(1);
});

test('what was deleted, or became a dead letter, is so after a restart', async () => {
  const folders = await givenFolders();
  const first = await startOn(folders);
  await first.work.send('poison');
  for (let receives = 0; receives < 3; receives += 1) {
    await first.work.receive();
    await first.advance(600);
  }
  expect(await first.work.receive()).toEqual([]);
  await first.runtime.stop();

  const { work, dead } = await startOn(folders);

  expect(await work.receive()).toEqual([]);
  expect(bodiesOf(await dead.receive())).toEqual(['poison']);
});

test('a schedule that became due while nothing ran happens at the next start', async () => {
  const folders = await givenFolders();
  const first = await startOn(folders);
  await createSchedule(first.runtime, 'soon', 3600, first.runtime.clock.now());
  await first.runtime.stop();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());

  const { work } = await startOn(folders);

  expect(bodiesOf(await work.receive({ WaitTimeSeconds: 5 }))).toEqual(['soon']);
});

test('a data directory belongs to one runtime at a time', async () => {
  const folders = await givenFolders();
  const first = await startOn(folders);

  await expect(startOn(folders)).rejects.toThrow(
    `another runtime is using the data in ${folders.dataDirectory}`,
  );

  await first.work.send('still fine');
  await first.runtime.stop();
  await startOn(folders);
});
