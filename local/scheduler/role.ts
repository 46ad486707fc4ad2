import { ACCOUNT_ID, arnOf } from '../aws/account.ts';
import type { Authority, Session } from '../iam/authority.ts';
import type { Schedule } from './schedule.ts';

/** Who the calls and messages of Scheduler are from. */
export const SCHEDULER = 'scheduler.amazonaws.com';

export const CANNOT_ASSUME =
  'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.';

/**
 * The session that Scheduler acts by for a schedule; none where the role does not trust it. The source that a role
 * may ask for is the schedule's group ("Confused deputy prevention", EventBridge Scheduler User Guide).
 */
export function assumeRole({ name, groupName, target }: Schedule, authority: Authority): Session | undefined {
  return authority.assume(target.roleArn, SCHEDULER, name, {
    'aws:SourceAccount': ACCOUNT_ID,
    'aws:SourceArn': arnOf('scheduler', `schedule-group/${groupName}`),
  });
}
