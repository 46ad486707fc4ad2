import { setTimeout } from 'node:timers/promises';
import { OPERATOR_ACCESS_KEY_ID } from '../aws/account.ts';
import type { AwsAnswer, AwsCall, AwsService, ServiceName } from '../aws/call.ts';
import type { Interceptor } from '../aws/dispatch.ts';
import { JSON_1_0 } from '../aws/json-headers.ts';
import { ConnectionResetError } from './connection-reset.ts';
import type { Fault, Faults } from './faults.ts';
import { findBatch } from './partial.ts';
import { CALL_FAULTS } from './plan.ts';

type CallFault = (typeof CALL_FAULTS)[number];
type Happen = (call: AwsCall, next: AwsService, fault: Fault) => Promise<AwsAnswer>;

/** What the services call it when they are asked too often, by which SDKs know that they may ask again. */
const THROTTLED: Readonly<Record<ServiceName, { code: string; status: number }>> = {
  dynamodb: {
    code: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    status: 400,
  },
  sqs: { code: 'com.amazonaws.sqs#RequestThrottled', status: 400 },
  events: { code: 'ThrottlingException', status: 400 },
  scheduler: { code: 'ThrottlingException', status: 429 },
};

const HAPPEN: Readonly<Record<CallFault, Happen>> = {
  throttled: async ({ service }) =>
    refusal(THROTTLED[service].status, THROTTLED[service].code, 'Rate exceeded'),
  failed: async () => refusal(500, 'InternalServerError', 'An injected fault.'),
  reset: async () => {
    throw new ConnectionResetError('before the call took effect');
  },
  'lost-answer': async (call, next) => {
    await next(call);
    throw new ConnectionResetError('after the call took effect');
  },
  slow: async (call, next, { ms }) => {
    await setTimeout(ms);
    return next(call);
  },
  'partly-refused': (call, next, { chance }) => findBatch(call)?.(call, next, chance) ?? next(call),
};

/** Has the calls of functions and of Scheduler meet with faults; those of the operator pass. */
export function createCallFaults(faults: Faults): Interceptor {
  return async (call, next) => {
    if (call.accessKeyId === OPERATOR_ACCESS_KEY_ID) return next(call);
    const kinds = findBatch(call) ? CALL_FAULTS : CALL_FAULTS.filter((kind) => kind !== 'partly-refused');
    const fault = faults.draw(kinds, `${call.service}:${call.operation}`, call.accessKeyId);
    if (!fault) return next(call);
    faults.count(fault.kind);
    return HAPPEN[fault.kind](call, next, fault);
  };
}

/** An error in the form that all of the services' SDKs read. */
function refusal(status: number, code: string, message: string): AwsAnswer {
  return {
    status,
    headers: { ...JSON_1_0, 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message, Message: message }),
  };
}
