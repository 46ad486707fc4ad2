import { randomUUID } from 'node:crypto';
import { ACCOUNT_ID, queueNameOf, REGION } from '../aws/account.ts';
import type { AwsAnswer, AwsService } from '../aws/call.ts';
import { AwsError } from '../aws/error.ts';
import { JSON_1_1 } from '../aws/json-headers.ts';
import type { Clock } from '../clock.ts';
import type { Authority } from '../iam/authority.ts';
import { reportFault } from '../report-fault.ts';
import { sizeOf } from '../sqs/message.ts';
import { FORBIDDEN_CHARACTERS } from '../sqs/operations/send-message.ts';
import type { Queues } from '../sqs/queues.ts';
import { type Entry, readDetail, readEntries } from './entry.ts';
import { busNameOf, DEFAULT_BUS, type Rule, type Target } from './rules.ts';

type EventsContext = {
  readonly clock: Clock;
  readonly queues: Queues;
  readonly rules: readonly Rule[];
  readonly busNames: readonly string[];
  readonly authority: Authority;
};

type Result = { EventId: string } | { ErrorCode: string; ErrorMessage: string };
type Failure = { readonly code: string; readonly message: string };

/** Who the messages of a rule are from. */
export const SENDER_ID = 'events.amazonaws.com';

/** EventBridge, in AWS JSON 1.1. */
export function createEvents(context: EventsContext): AwsService {
  return async ({ operation, body }): Promise<AwsAnswer> => {
    try {
      if (operation !== 'PutEvents') {
        throw new AwsError('UnknownOperationException', `The local EventBridge does not know ${operation}.`);
      }
      const output = await putEvents(context, readEntries(JSON.parse(body)));
      return { status: 200, headers: JSON_1_1, body: JSON.stringify(output) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { status, code, message } = error;
      return { status, headers: JSON_1_1, body: JSON.stringify({ __type: code, message }) };
    }
  };
}

/** Each entry succeeds or is refused for itself, and is on the queues of its rules when the answer goes out. */
async function putEvents(context: EventsContext, entries: readonly Entry[]): Promise<object> {
  const results = await Promise.all(entries.map((entry) => putEvent(context, entry)));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

async function putEvent(context: EventsContext, entry: Entry): Promise<Result> {
  const busName = busNameOf(entry.EventBusName ?? DEFAULT_BUS);
  try {
    const detail = readDetail(entry);
    // AWS drops such an event without a word; on a laptop the word is worth more.
    if (!context.busNames.includes(busName)) {
      throw new AwsError('ResourceNotFoundException', `Event bus ${busName} does not exist.`);
    }
    const envelope = envelopeOf(entry, context.clock.now());
    const event = { ...envelope, detail };
    const rules = context.rules.filter((rule) => rule.busName === busName && rule.matches(event));
    const message = writeEnvelope(envelope, entry.Detail);
    await Promise.all(
      rules.flatMap((rule) => rule.targets.map((target) => deliver(context, rule, target, message))),
    );
    return { EventId: envelope.id };
  } catch (error) {
    if (error instanceof AwsError) return { ErrorCode: error.code, ErrorMessage: error.message };
    throw error;
  }
}

function envelopeOf({ Source, DetailType, Time, Resources = [] }: Entry, now: number) {
  const time = new Date(Time === undefined ? now : Time * 1000);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: ACCOUNT_ID,
    time: `${time.toISOString().slice(0, 19)}Z`,
    region: REGION,
    resources: Resources,
  };
}

/** The detail is the producer's own text, so that the order of members and the form of numbers survive. */
function writeEnvelope(envelope: object, detail: string): string {
  return `${JSON.stringify(envelope).slice(0, -1)},"detail":${detail}}`;
}

/**
 * Onto the target's queue, or else, with the reason, onto the dead-letter queue of the rule. Where that does not let
 * the rule, AWS drops the event without a word; here there is one.
 */
async function deliver(context: EventsContext, rule: Rule, target: Target, body: string): Promise<void> {
  const { queues } = context;
  const queue = queues.find(target.arn);
  const refusal = refuseSending(context, rule, target.arn);
  const failure =
    findFailure(target, body, queue?.settings.maximumMessageBytes) ??
    (refusal && { code: 'NO_PERMISSIONS', message: refusal });
  if (!failure) {
    await queue?.send([{ body, groupId: target.groupId, senderId: SENDER_ID }]);
    return;
  }
  if (!target.deadLetterArn) return;
  const loss =
    refuseSending(context, rule, target.deadLetterArn) ??
    (FORBIDDEN_CHARACTERS.test(body) ? failure.message : undefined);
  if (loss) return reportFault(`an event of ${rule.arn} is lost`, loss);
  const attributes = {
    ERROR_CODE: { DataType: 'String', StringValue: failure.code },
    ERROR_MESSAGE: { DataType: 'String', StringValue: failure.message },
    RULE_ARN: { DataType: 'String', StringValue: rule.arn },
    TARGET_ARN: { DataType: 'String', StringValue: target.arn },
  };
  await queues.find(target.deadLetterArn)?.send([{ body, attributes, senderId: SENDER_ID }]);
}

/** Why a queue does not let a rule send to it, if it does not. */
function refuseSending({ authority }: EventsContext, rule: Rule, queueArn: string): string | undefined {
  return authority.refuseService(SENDER_ID, {
    action: 'sqs:SendMessage',
    resource: queueArn,
    context: { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': ACCOUNT_ID },
  });
}

function findFailure(target: Target, body: string, maximumBytes: number | undefined): Failure | undefined {
  if (maximumBytes === undefined) {
    return { code: 'NO_RESOURCE', message: `The queue ${queueNameOf(target.arn)} does not exist.` };
  }
  if (sizeOf({ body }) > maximumBytes) {
    return { code: 'INVALID_PARAMETER', message: `Message must be shorter than ${maximumBytes} bytes.` };
  }
  if (FORBIDDEN_CHARACTERS.test(body)) {
    return { code: 'INVALID_PARAMETER', message: 'Invalid characters found in the message body.' };
  }
  return undefined;
}
