import type { IncomingHttpHeaders } from 'node:http';

/** The services that the runtime speaks for, by their names in the scope of a signature. */
const SERVICE_NAMES = ['dynamodb', 'sqs', 'events', 'scheduler'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** One call of an AWS service: who asks for what. */
export type AwsCall = {
  readonly service: ServiceName;
  /** `SendMessage`, `PutItem`… */
  readonly operation: string;
  /** Tells who calls: every function has its own. */
  readonly accessKeyId: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type AwsAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** The part of a runtime that answers the calls of one service. */
export type AwsService = (call: AwsCall) => Promise<AwsAnswer>;

/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …` */
const CREDENTIAL = /^AWS4-HMAC-SHA256 .*?Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\/aws4_request/;

/** Who signed a request, and for which service. */
type Signature = { readonly accessKeyId: string; readonly service: string };

/** The signature of a call of AWS; nothing where a request is none. */
export function readSignature(authorization: string | undefined): Signature | undefined {
  const [, accessKeyId, service] = CREDENTIAL.exec(authorization ?? '') ?? [];
  return accessKeyId && service ? { accessKeyId, service } : undefined;
}

export function isServiceName(name: string): name is ServiceName {
  return SERVICE_NAMES.some((known) => known === name);
}

type Request = Pick<AwsCall, 'method' | 'url' | 'headers' | 'body'>;

/** A signed request as the call that it is. */
export function readCall(service: ServiceName, accessKeyId: string, request: Request): AwsCall {
  return { service, operation: operationOf(service, request), accessKeyId, ...request };
}

/** The operation is in a header, except for Scheduler, which has a path for each. */
function operationOf(service: ServiceName, { method, url, headers }: Request): string {
  if (service === 'scheduler') return schedulerOperationOf(method, url);
  return String(headers['x-amz-target'] ?? '').split('.')[1] ?? '';
}

function schedulerOperationOf(method: string, url: string): string {
  const named = /^\/schedules\/[^/?]+/.test(url);
  if (method === 'GET') return named ? 'GetSchedule' : 'ListSchedules';
  if (method === 'POST') return 'CreateSchedule';
  return method === 'DELETE' ? 'DeleteSchedule' : method;
}
