import { useCatalogue } from '../data/catalogue.ts';
import type { DeliveryFilter } from '../data/live-deliveries.ts';
import { localDay, toIso } from '../data/local-time.ts';
import { navigate, usePlace } from '../router.tsx';
import { namesAsOptions, Select, TextField } from '../ui/fields.tsx';

const ANY = { value: '', label: 'Any' };
const STATUSES = ['pending', 'retrying', 'succeeded', 'exhausted', 'cancelled', 'skipped', 'undelivered'];

/** Hours back that are asked for often. */
const SPANS = [
  ANY,
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last 24 hours' },
  { value: '168', label: 'Last 7 days' },
  { value: 'between', label: 'Between…' },
];
const HOUR_MS = 3_600_000;

/** The filter that the address of a page tells, so that it can be kept and shared; `now` in epoch ms. */
export function filterOf(query: URLSearchParams, now: number): DeliveryFilter {
  const hours = Number(query.get('hours') ?? 0);
  return {
    status: query.get('status') ?? undefined,
    event: query.get('event') ?? undefined,
    since: hours > 0 ? new Date(now - hours * HOUR_MS).toISOString() : toIso(query.get('from')),
    until: hours > 0 ? undefined : toIso(query.get('to')),
  };
}

export function DeliveryFilters({ filter }: { readonly filter: DeliveryFilter }) {
  const { path, query } = usePlace();
  const { data } = useCatalogue();
  const set = (changes: Record<string, string>) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    navigate(next.size > 0 ? `${path}?${next}` : path, { replace: true });
  };
  const isBetween = query.has('from') || query.has('to');
  return (
    <div class="filters" role="search" aria-label="Deliveries">
      <Select
        label="State"
        value={filter.status ?? ''}
        onChange={(status) => set({ status })}
        options={[ANY, ...namesAsOptions(STATUSES)]}
      />
      <Select
        label="Event"
        value={filter.event ?? ''}
        onChange={(event) => set({ event })}
        options={[ANY, ...namesAsOptions((data?.event_types ?? []).map(({ name }) => name))]}
      />
      <Select
        label="Time"
        value={isBetween ? 'between' : (query.get('hours') ?? '')}
        onChange={(hours) =>
          hours === 'between'
            ? set({ hours: '', from: localDay(-1), to: localDay(1) })
            : set({ hours, from: '', to: '' })
        }
        options={SPANS}
      />
      {isBetween && (
        <>
          <TextField
            label="From"
            type="datetime-local"
            value={query.get('from') ?? ''}
            onInput={(from) => set({ from })}
          />
          <TextField
            label="To"
            type="datetime-local"
            value={query.get('to') ?? ''}
            onInput={(to) => set({ to })}
            fault={
              filter.since && filter.until && filter.since > filter.until ? 'Is before From.' : undefined
            }
          />
        </>
      )}
    </div>
  );
}
