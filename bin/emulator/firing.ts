import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  paginateListSchedules,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { SendMessageCommand, type SendMessageCommandInput, type SQSClient } from '@aws-sdk/client-sqs';

/** The target of the schedules that are fired here: Scheduler's universal one, by a call of SQS. */
const SEND_MESSAGE = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';

type Clients = { readonly scheduler: SchedulerClient; readonly sqs: SQSClient };
type ScheduleId = { readonly Name: string; readonly GroupName: string };
type Taken = { readonly name: string; readonly dueAt: number; readonly message: SendMessageCommandInput };
/** A schedule that was due, and why its message could not be sent, where it could not. */
type Fired = { readonly name: string; readonly error?: Error };

async function findSchedules(scheduler: SchedulerClient): Promise<ScheduleId[]> {
  const found: ScheduleId[] = [];
  for await (const { Schedules = [] } of paginateListSchedules({ client: scheduler }, {})) {
    for (const { Name = '', GroupName = '', Target } of Schedules) {
      if (Target?.Arn === SEND_MESSAGE) found.push({ Name, GroupName });
    }
  }
  return found;
}

/** Takes a one-shot schedule out of the emulator; undefined where it is of another kind. */
async function take(scheduler: SchedulerClient, id: ScheduleId): Promise<Taken | undefined> {
  const { ScheduleExpression = '', Target } = await scheduler.send(new GetScheduleCommand(id));
  const [, at] = /^at\((.+)\)$/.exec(ScheduleExpression) ?? [];
  if (!at) return undefined;
  await scheduler.send(new DeleteScheduleCommand(id));
  return { name: id.Name, dueAt: Date.parse(`${at}Z`), message: JSON.parse(Target?.Input ?? '') };
}

async function send(sqs: SQSClient, { name, message }: Taken): Promise<Fired> {
  try {
    await sqs.send(new SendMessageCommand(message));
    return { name };
  } catch (error) {
    return { name, error: error as Error };
  }
}

/**
 * Does for an emulator what its Scheduler does not: sends the messages of one-shot schedules when they are due. They
 * are taken out of it when they are first seen, for MiniStack drops such a schedule once it is due; what was taken
 * and is not due yet is in this process alone.
 * @returns a function that does what there is to do at `now` (epoch ms), and tells what became of each that was due
 */
export function createFiring({ scheduler, sqs }: Clients): (now: number) => Promise<Fired[]> {
  const waiting = new Map<string, Taken>();
  return async (now) => {
    for (const id of await findSchedules(scheduler)) {
      const taken = await take(scheduler, id);
      if (taken) waiting.set(taken.name, taken);
    }
    const due = [...waiting.values()].filter(({ dueAt }) => dueAt <= now);
    for (const { name } of due) waiting.delete(name);
    return Promise.all(due.map((taken) => send(sqs, taken)));
  };
}
