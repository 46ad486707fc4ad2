import { AwsError } from '../aws/error.ts';
import { type Input, requireString } from './input.ts';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[\w-]{1,80}$/;

export type Entry = Input & { readonly Id: string };

/** @throws AwsError where the batch as a whole is refused */
export function readEntries(input: Input): Entry[] {
  const entries = Array.isArray(input.Entries) ? (input.Entries as Entry[]) : [];
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry) => requireString(entry, 'Id'));
  if (!ids.every((id) => ENTRY_ID.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, - and _.',
    );
  }
  if (new Set(ids).size < ids.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more entries have the same Id.');
  return entries;
}

type Failed = { Id: string; Code: string; Message: string; SenderFault: boolean };
export type BatchResult<T> = { Successful: (T & { Id: string })[]; Failed: Failed[] };

/** Does something for each entry; those that are refused are reported, and do not stand in the way of the others. */
export async function forEachEntry<T extends object>(
  entries: readonly Entry[],
  act: (entry: Entry) => T | Promise<T>,
): Promise<BatchResult<T>> {
  const results = await Promise.allSettled(
    entries.map(async (entry) => ({ Id: entry.Id, ...(await act(entry)) })),
  );
  return {
    Successful: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    Failed: results.flatMap((result, index) =>
      result.status === 'rejected' ? [toFailed((entries[index] as Entry).Id, result.reason)] : [],
    ),
  };
}

function toFailed(id: string, error: unknown): Failed {
  if (!(error instanceof AwsError)) throw error;
  return { Id: id, Code: error.code, Message: error.message, SenderFault: true };
}
