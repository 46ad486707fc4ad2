import type { AwsAnswer, AwsCall, AwsService } from '../aws/call.ts';
import type { Interceptor } from '../aws/dispatch.ts';
import { readInserts } from '../dynamodb/insert.ts';
import type { FunctionSettings } from '../lambda/settings.ts';
import { SCHEDULER } from '../scheduler/role.ts';
import { sizeOf } from '../sqs/message.ts';
import { type Indexes, indexUnitsOf } from './indexes.ts';
import type { Meter } from './meter.ts';
import { chunksOf } from './usage.ts';

/** The parts of requests and answers that bills go by. */
type Parts = Readonly<Record<string, any>>;

const WRITES = /^((Put|Update|Delete|BatchWrite)Item|BatchExecuteStatement)$/;
const CONDITION_FAILED = 'ConditionalCheckFailedException';
const DUPLICATE = 'DuplicateItem';

/** Counts the calls of AWS as they would be billed, which is also those that AWS refuses. */
export function meterCalls(
  meter: Meter,
  { functions, indexes }: { readonly functions: readonly FunctionSettings[]; readonly indexes: Indexes },
): Interceptor {
  const inVpc = new Set(functions.filter(({ isInVpc }) => isInVpc).map(({ name }) => name));
  return async (call, next) => {
    if (call.service === 'dynamodb') return meterTable(meter, indexes, call, next);
    const answer = await next(call);
    // The table alone has an endpoint of its own in the network.
    if (inVpc.has(call.accessKeyId)) meter.add('NAT bytes', bytesOf(call) + bytesOf(answer));
    if (call.service === 'sqs') meter.add('SQS sends', chunksOf(sentBytes(parse(call.body))));
    if (call.service === 'events') meterEvents(meter, parse(call.body));
    if (call.accessKeyId === SCHEDULER) meter.add('schedules fired');
    return answer;
  };
}

/**
 * The table tells what a call consumed, but not in its indexes: for that it is asked what an item was before. Items
 * that an index holds are put as a whole here. A write whose condition did not hold consumes as well: one unit here.
 */
async function meterTable(
  meter: Meter,
  indexes: Indexes,
  call: AwsCall,
  next: AwsService,
): Promise<AwsAnswer> {
  const billable = WRITES.test(call.operation) ? 'write units' : 'read units';
  const input = parse(call.body);
  const own = (call.operation === 'PutItem' && indexes.get(input.TableName)) || [];
  const more = { ReturnConsumedCapacity: 'TOTAL', ...(own.length > 0 && { ReturnValues: 'ALL_OLD' }) };
  const answer = await next({ ...call, body: JSON.stringify({ ...input, ...more }) });
  const { ConsumedCapacity = [], Attributes, Responses, __type: error = '' } = parse(answer.body);
  for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat() as Parts[])
    meter.add(billable, CapacityUnits);
  if (answer.status === 200 && own.length > 0) meter.add(billable, indexUnitsOf(own, Attributes, input.Item));
  if (error.endsWith(CONDITION_FAILED)) meter.add(billable);
  if (call.operation === 'BatchExecuteStatement') meterInserts(meter, indexes, call, Responses ?? []);
  return answer;
}

/** What the inserts of a batch consume besides: in indexes, and where there was an item. */
function meterInserts(meter: Meter, indexes: Indexes, { body }: AwsCall, responses: readonly Parts[]): void {
  for (const [index, insert] of readInserts(body).entries()) {
    const { Error: failure } = responses[index] ?? {};
    if (failure?.Code === DUPLICATE) meter.add('write units');
    if (insert && !failure)
      meter.add('write units', indexUnitsOf(indexes.get(insert.table) ?? [], undefined, insert.item));
  }
}

function meterEvents(meter: Meter, { Entries = [] }: Parts): void {
  for (const { Source = '', DetailType = '', Detail = '' } of Entries as Parts[])
    meter.add('events put', chunksOf(Buffer.byteLength(Source + DetailType + Detail)));
}

/** The messages of a request to a queue; none where it sends nothing. */
function sentBytes({ Entries = [], ...single }: Parts): number {
  const messages = [single, ...(Entries as Parts[])];
  const sizes = messages.map(({ MessageBody: body = '', MessageAttributes: attributes }) =>
    sizeOf({ body, attributes }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function bytesOf({ headers, body }: Pick<AwsCall, 'headers' | 'body'>): number {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return Buffer.byteLength(lines.join('') + body);
}

/** What is no JSON (a refusal before the protocol was understood) has no parts. */
const parse = (text: string): Parts => (text.startsWith('{') ? JSON.parse(text) : {});
