import { showDuration, showTime } from '../data/format.ts';
import type { Delivery } from '../data/types.ts';
import { Link } from '../router.tsx';
import { Ago, Badge, type Tone } from '../ui/basics.tsx';

const TONES: Record<Delivery['status'], Tone> = {
  pending: 'busy',
  retrying: 'warn',
  succeeded: 'good',
  exhausted: 'bad',
  cancelled: 'idle',
  skipped: 'idle',
};

export const StatusBadge = ({ status }: { readonly status: Delivery['status'] }) => (
  <Badge tone={TONES[status] ?? 'idle'}>{status}</Badge>
);

/** What came of the latest attempt, in a few words. */
function describeOutcome({ status_code, response_time, error, attempt }: Delivery): string {
  if (attempt === 0) return 'Not attempted yet';
  const took = response_time === null ? '' : ` in ${showDuration(response_time)}`;
  if (status_code !== null) return `${status_code}${took}`;
  return `${error ?? 'No response'}${took}`;
}

type DeliveryTableProps = {
  readonly webhookId: string;
  readonly rows: readonly Delivery[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
};

export function DeliveryTable({ webhookId, rows, selected, onSelect }: DeliveryTableProps) {
  const isAll = rows.every(({ id }) => selected.has(id));
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  return (
    <div class="deliveries">
      <label class="select-all small muted">
        <input
          type="checkbox"
          checked={isAll}
          onChange={() => onSelect(isAll ? new Set() : new Set(rows.map(({ id }) => id)))}
        />
        Select all that are shown
        <span class="live" title="New ones appear by themselves while you look at this page">
          Live
        </span>
      </label>
      <ul>
        {rows.map((delivery) => (
          <li key={delivery.id} class="delivery-row">
            <input
              type="checkbox"
              checked={selected.has(delivery.id)}
              onChange={() => toggle(delivery.id)}
              aria-label={`Select ${delivery.event} of ${showTime(delivery.accepted_at)}`}
            />
            <StatusBadge status={delivery.status} />
            <div class="delivery-what">
              <Link to={`/webhooks/${webhookId}/deliveries/${delivery.id}`} class="delivery-name">
                {delivery.event}
              </Link>
              <span class="muted small">{describeOutcome(delivery)}</span>
            </div>
            <span class="muted small delivery-more">
              {delivery.next_attempt_at ? (
                <>
                  next <Ago at={delivery.next_attempt_at} />
                </>
              ) : (
                `attempt ${delivery.attempt}${delivery.run > 1 ? `, run ${delivery.run}` : ''}`
              )}
            </span>
            <span class="muted small delivery-when">
              <Ago at={delivery.accepted_at} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
