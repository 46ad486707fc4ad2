import { arnOf } from '../aws/account.ts';
import type { AwsCall } from '../aws/call.ts';
import { AwsError } from '../aws/error.ts';
import { isTimezone, parseAtExpression } from './at-expression.ts';
import { DEFAULT_GROUP, type Schedule, type ScheduleTarget, SEND_MESSAGE_TARGET } from './schedule.ts';

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;
const MAX_INPUT_BYTES = 256 * 1024;

/** The body of CreateSchedule, of any form until it is looked at. */
type CreateRequest = {
  readonly ClientToken?: string;
  readonly GroupName?: string;
  readonly ScheduleExpression?: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly FlexibleTimeWindow?: { readonly Mode?: string; readonly MaximumWindowInMinutes?: number };
  readonly ActionAfterCompletion?: string;
  readonly State?: string;
  readonly Target?: {
    readonly Arn?: string;
    readonly RoleArn?: string;
    readonly Input?: string;
    readonly DeadLetterConfig?: { readonly Arn?: string };
    readonly SqsParameters?: { readonly MessageGroupId?: string };
  };
};

/** A call of Scheduler: the schedule's name is in the path. */
export type SchedulerRequest = {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly body: string;
};

export function readRequest({ url, body }: AwsCall): SchedulerRequest {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  return { name: decodeURIComponent(pathname.split('/')[2] ?? ''), query: searchParams, body };
}

/**
 * The schedule that a request asks for.
 * @throws AwsError naming what Scheduler would refuse
 */
export function readSchedule(name: string, request: CreateRequest): Schedule {
  const { GroupName: groupName = DEFAULT_GROUP, ScheduleExpressionTimezone: timezone = 'UTC' } = request;
  const expression = request.ScheduleExpression ?? '';
  require(NAME.test(name), `Value '${name}' at 'name' failed to satisfy constraint: ${NAME.source}`);
  require(['OFF', 'FLEXIBLE'].includes(
    request.FlexibleTimeWindow?.Mode ?? '',
  ), 'FlexibleTimeWindow has no valid Mode.');
  require(isTimezone(timezone), `Invalid Schedule Expression Timezone ${timezone}.`);
  const dueAt = parseAtExpression(expression, timezone);
  require(dueAt !==
    undefined, `Invalid Schedule Expression ${expression}. (The local Scheduler only knows at().)`);
  const {
    ActionAfterCompletion: action = 'NONE',
    State: state = 'ENABLED',
    ClientToken: clientToken,
  } = request;
  require(['NONE', 'DELETE'].includes(action), `Invalid ActionAfterCompletion ${action}.`);
  require(['ENABLED', 'DISABLED'].includes(state), `Invalid State ${state}.`);
  return {
    groupName,
    name,
    arn: arnOf('scheduler', `schedule/${groupName}/${name}`),
    expression,
    timezone,
    dueAt,
    target: readTarget(request.Target ?? {}),
    deleteAfterCompletion: action === 'DELETE',
    enabled: state === 'ENABLED',
    clientToken,
  };
}

function readTarget(target: NonNullable<CreateRequest['Target']>): ScheduleTarget {
  const { Arn: arn = '', RoleArn: roleArn = '', Input: input, SqsParameters, DeadLetterConfig } = target;
  require(roleArn.startsWith('arn:aws:iam::'), 'Target.RoleArn is not the ARN of a role.');
  require(arn === SEND_MESSAGE_TARGET ||
    arn.startsWith(
      'arn:aws:sqs:',
    ), `Invalid Target.Arn ${arn}. (The local Scheduler only knows queues and ${SEND_MESSAGE_TARGET}.)`);
  require(Buffer.byteLength(input ?? '') <= MAX_INPUT_BYTES, 'Target.Input is longer than 256 KB.');
  require(arn !== SEND_MESSAGE_TARGET || isJsonObject(input), 'Target.Input is not a valid JSON object.');
  return {
    arn,
    roleArn,
    input,
    groupId: SqsParameters?.MessageGroupId,
    deadLetterArn: DeadLetterConfig?.Arn,
  };
}

function isJsonObject(text: string | undefined): boolean {
  try {
    return JSON.parse(text ?? '')?.constructor === Object;
  } catch {
    return false;
  }
}

function require(holds: boolean, fault: string): asserts holds {
  if (!holds) throw new AwsError('ValidationException', fault);
}
