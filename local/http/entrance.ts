import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type AwsService, isServiceName, readCall, readSignature } from '../aws/call.ts';
import type { Clock } from '../clock.ts';
import { ConnectionResetError } from '../faults/connection-reset.ts';
import { type HttpAnswer, REFUSALS } from '../gateway/answer.ts';
import { reportFault } from '../report-fault.ts';
import type { Site } from '../site/site.ts';
import { readBody } from './read-body.ts';
import { writeAnswer } from './server.ts';

type Answerer = (request: IncomingMessage) => Promise<HttpAnswer>;

/** Who answers what comes in. */
export type Services = {
  readonly aws: AwsService;
  readonly helpers: Answerer;
  readonly api: Answerer;
  readonly site?: Site | undefined;
};

/** The largest request that AWS's own services take. */
const MAX_CALL_BYTES = 16 * 1024 * 1024;

const HELPERS = /^\/_local(?:[/?]|$)/;

/**
 * Tells the requests apart: signed ones are calls of AWS, `/_local` has the helpers, a website stands under a path of
 * its own, the rest is the HTTP API's. The date of an answer is the clock's: an SDK that saw another than its own would
 * think that its calls failed for that.
 */
export function createEntrance(clock: Clock, services: () => Services | undefined): RequestListener {
  return (request, response) => {
    void respond(request, response);
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answered = await answerOrFail(services(), request);
    if (!answered || response.destroyed) return void response.destroy();
    response.setHeader('date', new Date(clock.now()).toUTCString());
    writeAnswer(request, response, answered);
  }
}

/** The answer; none where the connection is to be cut. */
async function answerOrFail(
  services: Services | undefined,
  request: IncomingMessage,
): Promise<HttpAnswer | undefined> {
  try {
    return await answer(services, request);
  } catch (error) {
    if (error instanceof ConnectionResetError) return undefined;
    const hasCallerLeft = request.destroyed && !request.complete;
    if (!hasCallerLeft) reportFault(`${request.method} ${request.url} failed`, error);
    return REFUSALS.failed;
  }
}

async function answer(services: Services | undefined, request: IncomingMessage): Promise<HttpAnswer> {
  if (!services) return REFUSALS.unavailable;
  const { method = '', url = '', headers } = request;
  const signature = readSignature(headers.authorization);
  if (!signature) return findAnswerer(services, url)(request);
  const { service, accessKeyId } = signature;
  const body = await readBody(request, MAX_CALL_BYTES);
  if (!isServiceName(service)) return refuseService(service);
  if (!body) return REFUSALS.tooLarge;
  return services.aws(readCall(service, accessKeyId, { method, url, headers, body: body.toString() }));
}

function findAnswerer({ helpers, site, api }: Services, url: string): Answerer {
  if (HELPERS.test(url)) return helpers;
  return site?.owns(url.split('?')[0] ?? '') ? site.answer : api;
}

function refuseService(service: string): HttpAnswer {
  const message = `The local runtime does not know the service ${service}.`;
  return {
    status: 501,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ __type: 'UnknownServiceException', message }),
  };
}
