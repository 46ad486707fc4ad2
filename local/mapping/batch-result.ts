import type { Invocation } from '../lambda/function.ts';

/**
 * Which messages of a batch are done with ("Implementing partial batch responses", Lambda Developer Guide): none where
 * the invocation failed; all where failures are not reported, or the report is null or empty; else those that the
 * report leaves out. A report that is not understood, or names a message that is not in the batch, fails them all.
 */
export function findDone(
  messageIds: readonly string[],
  invocation: Invocation,
  reportsFailures: boolean,
): string[] {
  if ('error' in invocation) return [];
  if (!reportsFailures) return [...messageIds];
  const failed = readFailures(invocation.payload);
  if (!failed?.every((id) => messageIds.includes(id))) return [];
  return messageIds.filter((id) => !failed.includes(id));
}

/** The ids of the messages that failed; undefined where the report is not understood. */
function readFailures(report: unknown): string[] | undefined {
  if (report === null) return [];
  if (typeof report !== 'object' || Array.isArray(report)) return undefined;
  const { batchItemFailures } = report as { batchItemFailures?: unknown };
  if (batchItemFailures === undefined || batchItemFailures === null) return [];
  if (!Array.isArray(batchItemFailures)) return undefined;
  const ids = batchItemFailures.map(
    (failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
}
