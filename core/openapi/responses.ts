import {
  BodyTooLargeError,
  ConflictError,
  ForbiddenError,
  InternalError,
  InvalidRequestError,
  MethodNotAllowedError,
  NotFoundError,
  type ProblemError,
  showProblem,
  UnauthorizedError,
} from '../errors.ts';
import { MAX_EVENT_BYTES } from '../event.ts';
import { schemaRef } from './schemas.ts';

const REQUEST_ID = 'JKJaXmPLvHcESHA=';

const problemContent = (problem: ProblemError) => ({
  'application/problem+json': {
    schema: schemaRef('Problem'),
    example: showProblem(problem, REQUEST_ID),
  },
});

/** What API Gateway answers in its own form. */
const gatewayContent = (message: string) => ({
  'application/json': { schema: schemaRef('GatewayRefusal'), example: { message } },
});

const header = (description: string, example: string) => ({
  description,
  required: true,
  schema: { type: 'string' },
  example,
});

/** The refusals that several routes share, by status. */
const REFUSALS = {
  400: {
    name: 'InvalidRequest',
    description: 'The request is at fault; every field at fault is named.',
    content: problemContent(
      new InvalidRequestError([
        {
          field: 'events[1]',
          detail: 'takes the name of an event of the catalogue, a group such as thought.*, or *',
        },
        { field: 'colour', detail: 'is not a known field' },
      ]),
    ),
  },
  401: {
    name: 'Unauthorized',
    description: 'There is no API key in `Authorization`, or it is not known.',
    headers: { 'WWW-Authenticate': header('How to authenticate.', 'Bearer') },
    content: problemContent(new UnauthorizedError('holds an API key that is not known')),
  },
  403: {
    name: 'Forbidden',
    description: 'The API key lacks the scope; the answer says which.',
    content: problemContent(new ForbiddenError('webhooks:write')),
  },
  404: {
    name: 'NotFound',
    description: 'There is no such thing, or it is of another user: the answer is the same.',
    content: problemContent(new NotFoundError('there is no webhook of this id')),
  },
  405: {
    name: 'MethodNotAllowed',
    description: 'The path takes other methods. Any path answers so to a method that is not described here.',
    headers: { Allow: header('The methods that it takes.', 'GET, PATCH, DELETE') },
    content: problemContent(new MethodNotAllowedError(['GET', 'PATCH', 'DELETE'])),
  },
  409: {
    name: 'Conflict',
    description: 'What is asked for contradicts what is there.',
    content: problemContent(new ConflictError({ field: 'id', detail: 'was given to another event before' })),
  },
  413: {
    name: 'BodyTooLarge',
    description: 'The body is larger than 256 KiB; past 10 MB the gateway itself refuses it.',
    content: {
      ...problemContent(new BodyTooLargeError(MAX_EVENT_BYTES)),
      ...gatewayContent('Request Entity Too Large'),
    },
  },
  429: {
    name: 'TooManyRequests',
    description: 'Too many requests at once: wait a little and try again.',
    content: gatewayContent('Too Many Requests'),
  },
  500: {
    name: 'InternalError',
    description: 'Something went wrong on our side; the request can be sent again.',
    content: { ...problemContent(new InternalError()), ...gatewayContent('Internal Server Error') },
  },
  503: {
    name: 'Unavailable',
    description: 'We are not there for a moment; the request can be sent again.',
    content: gatewayContent('Service Unavailable'),
  },
} as const;

export type RefusalStatus = keyof typeof REFUSALS;

/** `components.responses`. */
export function describeRefusals(): Record<string, object> {
  return Object.fromEntries(Object.values(REFUSALS).map(({ name, ...response }) => [name, response]));
}

export const referToRefusal = (status: RefusalStatus) => ({
  $ref: `#/components/responses/${REFUSALS[status].name}`,
});

/** The refusals of a route, each by reference. */
export function referToRefusals(statuses: readonly RefusalStatus[]): Record<string, object> {
  return Object.fromEntries(statuses.map((status) => [status, referToRefusal(status)]));
}
