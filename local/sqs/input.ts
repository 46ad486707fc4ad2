import { AwsError } from '../aws/error.ts';
import type { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

/** What an operation is given, of any form until it is looked at. */
export type Input = Readonly<Record<string, unknown>>;

/** @throws AwsError as SQS names a parameter that is missing or of the wrong kind */
export function requireString(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

/** An integer within bounds, or undefined where there is none. */
export function readInteger(
  input: Input,
  name: string,
  minimum: number,
  maximum: number,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum) return Number(value);
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be an integer from ${minimum} to ${maximum}.`,
  );
}

export function readStrings(input: Input, ...names: string[]): string[] {
  return names.flatMap((name) => (Array.isArray(input[name]) ? input[name].map(String) : []));
}

/** @throws AwsError where there is no such queue */
export function requireQueue(
  queues: Queues,
  input: Input,
  name: 'QueueUrl' | 'QueueName' = 'QueueUrl',
): Queue {
  const queue = queues.find(requireString(input, name));
  if (queue) return queue;
  throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
}
