import type { RecoveryAnswer } from '../../core/answers.ts';
import { MANY_FAILED } from '../../core/recovery.ts';

const BAR = 30;

/** How far a recovery has come, for people: of how many deliveries is about as many as there were to begin with. */
export function describeProgress(
  {
    state,
    replayed,
    delivered,
    failed_in_a_row: failed,
  }: Pick<RecoveryAnswer, 'state' | 'replayed' | 'delivered' | 'failed_in_a_row'>,
  expected: { readonly count: number; readonly isExact: boolean },
): string {
  const most = Math.max(expected.count, replayed);
  const isOver = state === 'completed' || (most === 0 && state !== 'running');
  // Until it is over there may be more to come, whatever was counted.
  const share = isOver ? 1 : Math.min(replayed / Math.max(most, 1), 0.99);
  const filled = Math.floor(share * BAR);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}]`;
  const about = expected.isExact ? `about ${most}` : `${most} or more`;
  const counts = isOver ? `${replayed} replayed` : `${replayed} of ${about} replayed`;
  const isSlow = state === 'running' && failed >= MANY_FAILED;
  const pace = isSlow ? `, none of the last ${failed}: one is tried a minute` : '';
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${counts}, ${delivered} delivered${pace}`;
}
