import { AwsError } from '../aws/error.ts';
import { isObject } from '../is-object.ts';

/** An event as `PutEvents` takes it; `Time` is in epoch seconds. */
export type Entry = {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly EventBusName?: string;
  readonly Time?: number;
  readonly Resources?: readonly string[];
  readonly TraceHeader?: string;
};

const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;

/**
 * The entries of a request.
 * @throws AwsError where the request as a whole is refused
 */
export function readEntries(input: unknown): Entry[] {
  const { Entries: entries } = input as { Entries?: Entry[] };
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length from 1 to ${MAX_ENTRIES}`,
    );
  }
  if (entries.map(sizeOf).reduce((sum, bytes) => sum + bytes, 0) > MAX_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  return entries;
}

/**
 * Looks at one entry.
 * @returns its detail, parsed
 * @throws AwsError where the entry is refused
 */
export function readDetail(entry: Entry): object {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      throw new AwsError(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  if (entry.Source.startsWith('aws.')) {
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  return parseDetail(entry.Detail);
}

function parseDetail(text: string): object {
  try {
    const detail: unknown = JSON.parse(text);
    if (isObject(detail)) return detail;
  } catch {
    // It is refused below, as anything else that is no object.
  }
  throw new AwsError('MalformedDetail', 'Detail is malformed.');
}

/** "Calculating PutEvents event entry size", EventBridge User Guide. */
function sizeOf({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Partial<Entry>): number {
  return (
    (Time === undefined ? 0 : 14) + Buffer.byteLength([Source, DetailType, Detail, ...Resources].join(''))
  );
}
