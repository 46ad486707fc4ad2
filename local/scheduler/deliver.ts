import { queueNameOf } from '../aws/account.ts';
import type { AwsAnswer, AwsCall, AwsService } from '../aws/call.ts';
import { ConnectionResetError } from '../faults/connection-reset.ts';
import type { Authority } from '../iam/authority.ts';
import { refuseCall } from '../iam/authorize.ts';
import { reportFault } from '../report-fault.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import type { Queues } from '../sqs/queues.ts';
import { assumeRole, CANNOT_ASSUME, SCHEDULER } from './role.ts';
import { type Schedule, SEND_MESSAGE_TARGET } from './schedule.ts';

export type DeliveryContext = {
  readonly queues: Queues;
  /** The way to AWS's services, which a schedule's target is one call of. */
  readonly dispatch: AwsService;
  readonly authority: Authority;
};

/** Why a target was not reached, and whether it may be later. */
type Failure = { readonly code: string; readonly message: string; readonly isTemporary: boolean };

const NOT_TRUSTED: Failure = { code: 'AccessDeniedException', message: CANNOT_ASSUME, isTemporary: false };
const NO_ANSWER: Failure = { code: 'CONNECTION_RESET', message: 'No answer came.', isTemporary: true };

/** Does what a schedule is for. @returns what went wrong, if anything */
export async function callTarget(
  schedule: Schedule,
  { dispatch, queues, authority }: DeliveryContext,
): Promise<Failure | undefined> {
  const { target } = schedule;
  const body =
    target.arn === SEND_MESSAGE_TARGET ? target.input : JSON.stringify(templatedInput(target, queues));
  const call = { ...SEND_MESSAGE, body: body ?? '' };
  const session = assumeRole(schedule, authority);
  if (!session) return NOT_TRUSTED;
  try {
    return readFailure(refuseCall(authority, session, call) ?? (await dispatch(call)));
  } catch (error) {
    if (error instanceof ConnectionResetError) return NO_ANSWER;
    throw error;
  }
}

/**
 * Puts the input of a schedule whose target was not reached into its dead-letter queue, with the reason. Where its role
 * does not let it, AWS drops the input without a word; here there is one.
 */
export async function putAside(
  schedule: Schedule,
  failure: Failure,
  { queues, authority }: DeliveryContext,
): Promise<void> {
  const { deadLetterArn, input = '' } = schedule.target;
  if (!deadLetterArn) return;
  const session = assumeRole(schedule, authority);
  const refusal = session
    ? authority.refuse(session, { action: 'sqs:SendMessage', resource: deadLetterArn })
    : CANNOT_ASSUME;
  if (refusal) return reportFault(`the schedule ${schedule.name} is lost`, refusal);
  const message = { body: input, attributes: describeFailure(schedule, failure), senderId: SCHEDULER };
  await queues.find(deadLetterArn)?.send([message]);
}

const SEND_MESSAGE: Omit<AwsCall, 'body'> = {
  service: 'sqs',
  operation: 'SendMessage',
  accessKeyId: SCHEDULER,
  method: 'POST',
  url: '/',
  headers: {},
};

function readFailure({ status, body }: AwsAnswer): Failure | undefined {
  if (status === 200) return undefined;
  const { __type: type = 'UnknownError', message = '' } = JSON.parse(body) as Record<string, string>;
  const code = type.split('#').at(-1) ?? type;
  return { code, message, isTemporary: status >= 500 || /throttl/i.test(code) };
}

function templatedInput({ arn, input, groupId }: Schedule['target'], queues: Queues): object {
  const url = queues.find(arn)?.settings.url ?? queueNameOf(arn);
  return { QueueUrl: url, MessageBody: input, ...(groupId && { MessageGroupId: groupId }) };
}

function describeFailure({ arn, target }: Schedule, { code, message }: Failure): MessageAttributes {
  const texts = {
    ERROR_CODE: code,
    ERROR_MESSAGE: message,
    SCHEDULE_ARN: arn,
    TARGET_ARN: target.arn,
  };
  return Object.fromEntries(
    Object.entries(texts).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
}
