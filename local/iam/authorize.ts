import type { AwsAnswer, AwsCall, ServiceName } from '../aws/call.ts';
import type { Interceptor } from '../aws/dispatch.ts';
import { JSON_1_0, JSON_1_1 } from '../aws/json-headers.ts';
import type { Authority, Session } from './authority.ts';
import { readPermissions } from './call-permissions.ts';

/** Lets the calls of functions pass that their roles allow, by their access keys; a key of nobody is the operator's. */
export function createAuthorizer(authority: Authority, sessions: ReadonlyMap<string, Session>): Interceptor {
  return async (call, next) => {
    const session = sessions.get(call.accessKeyId);
    return (session && refuseCall(authority, session, call)) ?? next(call);
  };
}

/** The answer to a call that a session may not make; undefined where it may. What is not known may not be done. */
export function refuseCall(authority: Authority, session: Session, call: AwsCall): AwsAnswer | undefined {
  const { service, operation } = call;
  const permissions = readPermissions(call);
  if (!permissions) {
    return ANSWERS[service](`The local runtime does not know what permission ${service}:${operation} takes.`);
  }
  for (const permission of permissions) {
    const refusal = authority.refuse(session, permission);
    if (refusal) return ANSWERS[service](refusal);
  }
  return undefined;
}

const TYPE = 'AccessDeniedException';
const CORAL_TYPE = `com.amazon.coral.service#${TYPE}`;

/** A refusal in the form of each protocol; SQS's clients know it by the name that it had in the query protocol. */
const ANSWERS: Readonly<Record<ServiceName, (message: string) => AwsAnswer>> = {
  dynamodb: (Message) => answer(400, JSON_1_0, { __type: CORAL_TYPE, Message }),
  sqs: (message) =>
    answer(
      403,
      { ...JSON_1_0, 'x-amzn-query-error': 'AccessDenied;Sender' },
      { __type: CORAL_TYPE, message },
    ),
  events: (Message) => answer(400, JSON_1_1, { __type: TYPE, Message }),
  scheduler: (Message) =>
    answer(403, { 'content-type': 'application/json', 'x-amzn-errortype': TYPE }, { Message }),
};

function answer(status: number, headers: Record<string, string>, body: object): AwsAnswer {
  return { status, headers, body: JSON.stringify(body) };
}
