import type { AwsAnswer, AwsCall, AwsService } from '../aws/call.ts';
import { JSON_1_0 } from '../aws/json-headers.ts';

/** Does a part of a batch, at least one item less than all of it; `chance` (from 0 to below 1) says how much. */
type DoPart = (call: AwsCall, next: AwsService, chance: number) => Promise<AwsAnswer>;

type Json = Record<string, any>;

/** Which of `count` items are done: the first of them, and never all. */
const doneOf = (count: number, chance: number) => Math.floor(count * chance);

const answerOf = (body: Json): AwsAnswer => ({
  status: 200,
  headers: JSON_1_0,
  body: JSON.stringify(body),
});

/** The answer to a call with only some of its entries; an empty one where there are none. */
async function passPart(call: AwsCall, next: AwsService, input: Json, isEmpty: boolean): Promise<AwsAnswer> {
  return isEmpty ? answerOf({}) : next({ ...call, body: JSON.stringify(input) });
}

const sendMessageBatch: DoPart = async (call, next, chance) => {
  const input = JSON.parse(call.body) as Json;
  const done = doneOf(input.Entries.length, chance);
  const answer = await passPart(call, next, { ...input, Entries: input.Entries.slice(0, done) }, done === 0);
  if (answer.status !== 200) return answer;
  const { Successful = [], Failed = [] } = JSON.parse(answer.body) as Json;
  const refused = input.Entries.slice(done).map(({ Id }: Json) => ({
    Id,
    Code: 'InternalError',
    Message: 'An injected fault.',
    SenderFault: false,
  }));
  return answerOf({ Successful, Failed: [...Failed, ...refused] });
};

const putEvents: DoPart = async (call, next, chance) => {
  const input = JSON.parse(call.body) as Json;
  const done = doneOf(input.Entries.length, chance);
  const answer = await passPart(call, next, { ...input, Entries: input.Entries.slice(0, done) }, done === 0);
  if (answer.status !== 200) return answer;
  const { FailedEntryCount = 0, Entries = [] } = JSON.parse(answer.body) as Json;
  const refused = input.Entries.slice(done).map(() => ({
    ErrorCode: 'InternalFailure',
    ErrorMessage: 'An injected fault.',
  }));
  return answerOf({ FailedEntryCount: FailedEntryCount + refused.length, Entries: [...Entries, ...refused] });
};

const batchGetItem: DoPart = async (call, next, chance) => {
  const input = JSON.parse(call.body) as Json;
  const [[table, request] = ['', { Keys: [] }]] = Object.entries<Json>(input.RequestItems);
  const done = doneOf(request.Keys.length, chance);
  const asked = { ...input, RequestItems: { [table]: { ...request, Keys: request.Keys.slice(0, done) } } };
  const answer = await passPart(call, next, asked, done === 0);
  if (answer.status !== 200) return answer;
  const { Responses = { [table]: [] } } = JSON.parse(answer.body) as Json;
  const UnprocessedKeys = { [table]: { ...request, Keys: request.Keys.slice(done) } };
  return answerOf({ Responses, UnprocessedKeys });
};

const batchExecuteStatement: DoPart = async (call, next, chance) => {
  const input = JSON.parse(call.body) as Json;
  const done = doneOf(input.Statements.length, chance);
  const asked = { ...input, Statements: input.Statements.slice(0, done) };
  const answer = await passPart(call, next, asked, done === 0);
  if (answer.status !== 200) return answer;
  const { Responses = [], ...rest } = JSON.parse(answer.body) as Json;
  const Error = { Code: 'ThrottlingError', Message: 'An injected fault.' };
  const refused = input.Statements.slice(done).map(() => ({ Error }));
  return answerOf({ ...rest, Responses: [...Responses, ...refused] });
};

const BATCHES: Readonly<Record<string, DoPart>> = {
  'sqs:SendMessageBatch': sendMessageBatch,
  'events:PutEvents': putEvents,
  'dynamodb:BatchGetItem': batchGetItem,
  'dynamodb:BatchExecuteStatement': batchExecuteStatement,
};

/** How a call is done in part; undefined for one that is done whole or not at all. */
export function findBatch({ service, operation }: AwsCall): DoPart | undefined {
  return BATCHES[`${service}:${operation}`];
}
