import { useState } from 'preact/hooks';
import { localDay, toIso } from '../data/local-time.ts';
import { useAction } from '../data/query.ts';
import { RECOVERED } from '../data/recoveries.ts';
import { useSession } from '../data/session.tsx';
import type { Recovery, Webhook } from '../data/types.ts';
import { Button, Failure, Notice } from '../ui/basics.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';

const HOUR_MS = 3_600_000;
const BETWEEN = 'between';

const SPANS = [
  { value: '1', label: 'The last hour' },
  { value: '24', label: 'The last 24 hours' },
  { value: '168', label: 'The last 7 days' },
  { value: '720', label: 'The last 30 days' },
  { value: BETWEEN, label: 'Between…' },
];

const STATUSES = Object.entries(RECOVERED).map(([value, label]) => ({ value, label }));

type StartRecoveryProps = { readonly webhook: Webhook; readonly onStarted: () => Promise<void> };

/** Asks for a recovery: of which time, and of which deliveries. */
export function StartRecovery({ webhook, onStarted }: StartRecoveryProps) {
  const { api } = useSession();
  const [span, setSpan] = useState('24');
  const [from, setFrom] = useState(localDay(-1));
  const [to, setTo] = useState(localDay(1));
  const [status, setStatus] = useState('missed');
  const isBetween = span === BETWEEN;
  const [since, until] = [toIso(from), toIso(to)];
  const start = useAction(async () => {
    const range = isBetween
      ? { since, until }
      : { since: new Date(Date.now() - Number(span) * HOUR_MS).toISOString() };
    await api<Recovery>('POST', `/webhooks/${webhook.id}/recoveries`, { ...range, status });
    await onStarted();
  });
  const isBackwards = isBetween && since !== undefined && until !== undefined && since > until;
  return (
    <Card title="Recover what was missed">
      <div class="form">
        <div class="columns">
          <Select label="What happened in" value={span} onChange={setSpan} options={SPANS} />
          <Select label="Which deliveries" value={status} onChange={setStatus} options={STATUSES} />
        </div>
        {isBetween && (
          <div class="columns">
            <TextField label="From" type="datetime-local" value={from} onInput={setFrom} />
            <TextField
              label="To"
              type="datetime-local"
              value={to}
              onInput={setTo}
              fault={isBackwards ? 'Is before From.' : undefined}
            />
          </div>
        )}
        {!webhook.active && (
          <Notice tone="warn" title="The webhook is off.">
            Turn it on first: nothing is sent to a webhook that is off.
          </Notice>
        )}
        {start.error && <Failure error={start.error} />}
        <div class="actions">
          <Button
            kind="primary"
            icon="replay"
            isBusy={start.isBusy}
            disabled={!webhook.active || isBackwards || (isBetween && since === undefined)}
            onClick={() => start.run()}
          >
            Recover
          </Button>
        </div>
      </div>
    </Card>
  );
}
