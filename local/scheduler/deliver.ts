import { queueNameOf } from '../aws/account.ts';
import type { AwsService } from '../aws/call.ts';
import type { MessageAttributes } from '../sqs/message.ts';
import type { Queues } from '../sqs/queues.ts';
import { type Schedule, SEND_MESSAGE_TARGET } from './schedule.ts';

/** Who the calls and messages of Scheduler are from. */
const SCHEDULER = 'scheduler.amazonaws.com';

export type DeliveryContext = {
  readonly queues: Queues;
  /** The way to AWS's services, which a schedule's target is one call of. */
  readonly dispatch: AwsService;
};

type Failure = { readonly code: string; readonly message: string };

/** Does what a schedule is for; what fails goes to its dead-letter queue, with the reason. */
export async function deliver(schedule: Schedule, context: DeliveryContext): Promise<void> {
  const failure = await callTarget(schedule, context);
  const { deadLetterArn, input = '' } = schedule.target;
  if (!failure || !deadLetterArn) return;
  const message = { body: input, attributes: describeFailure(schedule, failure), senderId: SCHEDULER };
  await context.queues.find(deadLetterArn)?.send([message]);
}

async function callTarget(
  { target }: Schedule,
  { dispatch, queues }: DeliveryContext,
): Promise<Failure | undefined> {
  const answer = await dispatch({
    service: 'sqs',
    operation: 'SendMessage',
    accessKeyId: SCHEDULER,
    method: 'POST',
    url: '/',
    headers: {},
    body:
      target.arn === SEND_MESSAGE_TARGET
        ? (target.input ?? '')
        : JSON.stringify(templatedInput(target, queues)),
  });
  if (answer.status === 200) return undefined;
  const { __type = 'UnknownError', message = '' } = JSON.parse(answer.body) as {
    __type?: string;
    message?: string;
  };
  return { code: __type.split('#').at(-1) ?? __type, message };
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
