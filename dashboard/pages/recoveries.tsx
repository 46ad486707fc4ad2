import { showNumber, showTime } from '../data/format.ts';
import { useAction } from '../data/query.ts';
import { RECOVERED, useExpected, useRecoveries } from '../data/recoveries.ts';
import { useSession } from '../data/session.tsx';
import type { Recovery, Webhook } from '../data/types.ts';
import { Badge, Button, Empty, Failure, Loading, type Tone } from '../ui/basics.tsx';
import { Card } from '../ui/page.tsx';
import { StartRecovery } from './start-recovery.tsx';

/** What a webhook has missed, to be replayed in one go; and the recoveries that there were, live. */
export function Recoveries({ webhook }: { readonly webhook: Webhook }) {
  const { data, error, reload } = useRecoveries(webhook.id);
  const recoveries = data?.recoveries ?? [];
  return (
    <div class="stack">
      <StartRecovery webhook={webhook} onStarted={reload} />
      {error && <Failure error={error} onRetry={reload} />}
      {!data && !error && <Loading what="recoveries" />}
      {data && recoveries.length === 0 && (
        <Card>
          <Empty icon="replay" title="Nothing was recovered yet">
            When your receiver was down, or the webhook was off, what it missed is replayed from here: each
            delivery once, and no faster than your receiver takes it.
          </Empty>
        </Card>
      )}
      {recoveries.map((recovery) => (
        <RecoveryCard key={recovery.id} recovery={recovery} onChange={reload} />
      ))}
    </div>
  );
}

const TONES: Record<Recovery['state'], Tone> = { running: 'busy', completed: 'good', cancelled: 'idle' };

type RecoveryCardProps = { readonly recovery: Recovery; readonly onChange: () => Promise<void> };

function RecoveryCard({ recovery, onChange }: RecoveryCardProps) {
  const { api } = useSession();
  const cancel = useAction(async () => {
    await api('POST', `/webhooks/${recovery.webhook_id}/recoveries/${recovery.id}/cancel`);
    await onChange();
  });
  const isRunning = recovery.state === 'running';
  return (
    <Card>
      <section class="stack" aria-label={`Recovery ${recovery.id}`}>
        <div class="row spread">
          <div class="row">
            <Badge tone={TONES[recovery.state]}>{recovery.state}</Badge>
            <strong>{RECOVERED[recovery.status]}</strong>
          </div>
          {isRunning && (
            <Button isBusy={cancel.isBusy} onClick={() => cancel.run()}>
              Cancel
            </Button>
          )}
        </div>
        <p class="muted small">
          From {showTime(recovery.since)} to {showTime(recovery.until)}
        </p>
        {isRunning && <RunningBar recovery={recovery} />}
        <p class="small" role="status">
          {showNumber(recovery.replayed)} replayed, {showNumber(recovery.delivered)} delivered at the first
          attempt{recovery.found > recovery.replayed && !isRunning ? ', the others have expired' : ''}.
          {recovery.cancelled_reason && ` Cancelled: ${recovery.cancelled_reason}.`}
        </p>
        {cancel.error && <Failure error={cancel.error} />}
      </section>
    </Card>
  );
}

/** Never full while it runs: what it was measured by is a count of when one began to look. */
function RunningBar({ recovery }: { readonly recovery: Recovery }) {
  const expected = useExpected(recovery);
  const most = expected === undefined ? undefined : Math.max(expected, recovery.replayed) + 1;
  const bar = most === undefined ? {} : { max: most, value: recovery.replayed };
  return (
    <div>
      <progress {...bar} aria-label="How much of it was replayed" />
      {expected !== undefined && <p class="muted small">Of about {showNumber(expected)}.</p>}
    </div>
  );
}
