import { arnOf, queueNameOf } from '../aws/account.ts';
import type { AwsCall, ServiceName } from '../aws/call.ts';
import { readInserts } from '../dynamodb/insert.ts';
import { busNameOf, DEFAULT_BUS } from '../events/rules.ts';
import { readRequest, type SchedulerRequest } from '../scheduler/request.ts';
import { DEFAULT_GROUP } from '../scheduler/schedule.ts';
import type { Permission } from './authority.ts';

/** The members of a call's input that name what it is about. */
type Input = {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: object;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly Entries?: readonly { readonly EventBusName?: string; readonly Source?: string }[];
  readonly GroupName?: string;
  readonly Target?: { readonly RoleArn?: string };
};
type Ask = (input: Input, call: AwsCall) => Permission[];

const arnOfTable = (name = '') => (name.startsWith('arn:') ? name : arnOf('dynamodb', `table/${name}`));

const onTable =
  (operation: string): Ask =>
  ({ TableName, IndexName }) => {
    const table = arnOfTable(TableName);
    return [{ action: `dynamodb:${operation}`, resource: IndexName ? `${table}/index/${IndexName}` : table }];
  };

const onTables =
  (operation: string): Ask =>
  ({ RequestItems }) =>
    Object.keys(RequestItems ?? {}).map((name) => ({
      action: `dynamodb:${operation}`,
      resource: arnOfTable(name),
    }));

/** Each statement is asked for by itself. */
const onInserts: Ask = (_input, { body }) =>
  readInserts(body).flatMap((insert) =>
    insert ? [{ action: 'dynamodb:PartiQLInsert', resource: arnOfTable(insert.table) }] : [],
  );

const onQueue =
  (action: string, member: 'QueueUrl' | 'QueueName' = 'QueueUrl'): Ask =>
  (input) => [{ action: `sqs:${action}`, resource: arnOf('sqs', queueNameOf(input[member] ?? '')) }];

const onBuses: Ask = ({ Entries = [] }) =>
  Entries.map(({ EventBusName = DEFAULT_BUS, Source }) => ({
    action: 'events:PutEvents',
    resource: arnOf('events', `event-bus/${busNameOf(EventBusName)}`),
    context: Source === undefined ? {} : { 'events:source': Source },
  }));

const arnOfSchedule = (group: string | null | undefined, { name }: SchedulerRequest) =>
  arnOf('scheduler', `schedule/${group ?? DEFAULT_GROUP}/${name}`);

const onSchedule =
  (operation: string): Ask =>
  (_input, call) => {
    const request = readRequest(call);
    const resource = arnOfSchedule(request.query.get('groupName'), request);
    return [{ action: `scheduler:${operation}`, resource }];
  };

/** Who makes a schedule hands its role to Scheduler. */
const onNewSchedule: Ask = ({ GroupName, Target }, call) => [
  { action: 'scheduler:CreateSchedule', resource: arnOfSchedule(GroupName, readRequest(call)) },
  {
    action: 'iam:PassRole',
    resource: Target?.RoleArn ?? '',
    context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
  },
];

/** What each operation asks for ("Actions, resources, and condition keys", Service Authorization Reference). */
const ASKS: Readonly<Record<ServiceName, Readonly<Record<string, Ask>>>> = {
  dynamodb: {
    BatchGetItem: onTables('BatchGetItem'),
    BatchWriteItem: onTables('BatchWriteItem'),
    BatchExecuteStatement: onInserts,
    ...Object.fromEntries(
      ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable'].map((name) => [
        name,
        onTable(name),
      ]),
    ),
  },
  sqs: {
    ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
    ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
    DeleteMessage: onQueue('DeleteMessage'),
    DeleteMessageBatch: onQueue('DeleteMessage'),
    GetQueueAttributes: onQueue('GetQueueAttributes'),
    GetQueueUrl: onQueue('GetQueueUrl', 'QueueName'),
    PurgeQueue: onQueue('PurgeQueue'),
    ReceiveMessage: onQueue('ReceiveMessage'),
    SendMessage: onQueue('SendMessage'),
    SendMessageBatch: onQueue('SendMessage'),
  },
  events: { PutEvents: onBuses },
  scheduler: {
    CreateSchedule: onNewSchedule,
    DeleteSchedule: onSchedule('DeleteSchedule'),
    GetSchedule: onSchedule('GetSchedule'),
    ListSchedules: () => [
      { action: 'scheduler:ListSchedules', resource: arnOf('scheduler', 'schedule/*/*') },
    ],
  },
};

/** The permissions that AWS asks of who makes a call; undefined for an operation that the runtime does not know. */
export function readPermissions(call: AwsCall): Permission[] | undefined {
  return ASKS[call.service][call.operation]?.(call.body ? JSON.parse(call.body) : {}, call);
}
