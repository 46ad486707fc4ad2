import type { AwsAnswer, AwsService } from '../aws/call.ts';
import { AwsError } from '../aws/error.ts';
import type { Stack } from '../stack/stack.ts';
import { readRequest, readSchedule, type SchedulerRequest } from './request.ts';
import { DEFAULT_GROUP, type Schedule } from './schedule.ts';
import type { Schedules } from './schedules.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

type Operation = (schedules: Schedules, request: SchedulerRequest) => object | Promise<object>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateSchedule: async (schedules, { name, body }) => {
    const schedule = readSchedule(name, JSON.parse(body));
    await schedules.create(schedule);
    return { ScheduleArn: schedule.arn };
  },
  DeleteSchedule: async (schedules, { name, query }) => {
    await schedules.delete(query.get('groupName') ?? DEFAULT_GROUP, name);
    return {};
  },
  GetSchedule: (schedules, { name, query }) =>
    describe(schedules.find(query.get('groupName') ?? DEFAULT_GROUP, name)),
  ListSchedules: (schedules, { query }) => {
    const group = query.get('ScheduleGroup');
    const prefix = query.get('NamePrefix') ?? '';
    const found = schedules
      .all()
      .filter(({ groupName, name }) => (!group || groupName === group) && name.startsWith(prefix));
    return { Schedules: found.map(summarize) };
  },
};

/** EventBridge Scheduler, in its REST protocol. */
export function createScheduler(schedules: Schedules): AwsService {
  return async (call): Promise<AwsAnswer> => {
    try {
      const operation = OPERATIONS[call.operation];
      if (!operation)
        throw new AwsError('ValidationException', `The local Scheduler does not know ${call.operation}.`);
      return {
        status: 200,
        headers: JSON_TYPE,
        body: JSON.stringify(await operation(schedules, readRequest(call))),
      };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { status, code, message } = error;
      return {
        status,
        headers: { ...JSON_TYPE, 'x-amzn-errortype': code },
        body: JSON.stringify({ Message: message }),
      };
    }
  };
}

/** The groups that schedules can be in. */
export function readGroupNames(stack: Stack): string[] {
  return [DEFAULT_GROUP, ...stack.resourcesOf('AWS::Scheduler::ScheduleGroup').map(({ ref }) => ref)];
}

function summarize({ arn, groupName, name, enabled, target }: Schedule): object {
  return {
    Arn: arn,
    GroupName: groupName,
    Name: name,
    State: enabled ? 'ENABLED' : 'DISABLED',
    Target: { Arn: target.arn },
  };
}

function describe(schedule: Schedule): object {
  const { target } = schedule;
  return {
    ...summarize(schedule),
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: schedule.deleteAfterCompletion ? 'DELETE' : 'NONE',
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      ...(target.groupId && { SqsParameters: { MessageGroupId: target.groupId } }),
      ...(target.deadLetterArn && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
    },
  };
}
