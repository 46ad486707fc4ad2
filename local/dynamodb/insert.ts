import type { AwsAnswer, AwsCall, AwsService } from '../aws/call.ts';
import { JSON_1_0 } from '../aws/json-headers.ts';

type Item = Readonly<Record<string, unknown>>;
type Statement = { readonly Statement: string; readonly Parameters?: readonly unknown[] };

/** An item that a statement inserts into a table. */
type Insert = { readonly table: string; readonly item: Item };

/** `INSERT INTO "table" VALUE {'name':?,…}`: of PartiQL the one form that is understood here. */
const INSERT = /^INSERT INTO "([^"]+)" VALUE \{('[^']+':\?(?:,'[^']+':\?)*)\}$/;

/** The inserts of a `BatchExecuteStatement`; undefined for a statement of another form. */
export function readInserts(body: string): (Insert | undefined)[] {
  const { Statements = [] } = JSON.parse(body) as { Statements?: readonly Statement[] };
  return Statements.map(({ Statement: text, Parameters = [] }) => {
    const [, table = '', members = ''] = INSERT.exec(text) ?? [];
    const names = members.split(',').map((member) => member.slice(1, -"':?".length));
    if (table === '' || names.length !== Parameters.length) return undefined;
    return { table, item: Object.fromEntries(names.map((name, index) => [name, Parameters[index]])) };
  });
}

/** A put of an item that there is not yet. The first attribute of a statement is taken for the table's partition key. */
const putOf = ({ table, item }: Insert, ReturnConsumedCapacity: unknown) => ({
  TableName: table,
  Item: item,
  ConditionExpression: 'attribute_not_exists(#key)',
  ExpressionAttributeNames: { '#key': Object.keys(item)[0] },
  ReturnConsumedCapacity,
});

/** Answers `BatchExecuteStatement`, which dynalite does not know: each insert is a put of its own. */
export async function insertEach(call: AwsCall, dynamoDb: AwsService): Promise<AwsAnswer> {
  const { ReturnConsumedCapacity } = JSON.parse(call.body) as { ReturnConsumedCapacity?: string };
  const headers = { ...call.headers, 'x-amz-target': 'DynamoDB_20120810.PutItem' };
  const put = async (insert: Insert | undefined) => {
    if (!insert) return { Error: { Code: 'ValidationError', Message: "Statement wasn't well formed" } };
    const body = JSON.stringify(putOf(insert, ReturnConsumedCapacity));
    const answer = await dynamoDb({ ...call, operation: 'PutItem', headers, body });
    const { ConsumedCapacity, __type = '', message } = JSON.parse(answer.body);
    const failure = answer.status !== 200 && { Error: { Code: codeOf(__type), Message: message } };
    return { TableName: insert.table, ConsumedCapacity, ...failure };
  };
  const answers = await Promise.all(readInserts(call.body).map(put));
  const body = {
    Responses: answers.map(({ ConsumedCapacity, ...response }: Record<string, unknown>) => response),
    ConsumedCapacity: answers.flatMap(
      (answer) => ('ConsumedCapacity' in answer && answer.ConsumedCapacity) || [],
    ),
  };
  return {
    status: 200,
    headers: JSON_1_0,
    body: JSON.stringify(body),
  };
}

/** What a statement of a batch calls the failure of a call that puts one item. */
const CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'DuplicateItem',
  ResourceNotFoundException: 'ResourceNotFound',
  ProvisionedThroughputExceededException: 'ProvisionedThroughputExceeded',
};

const codeOf = (error: string): string => CODES[error.slice(error.indexOf('#') + 1)] ?? 'ValidationError';
