import { useMemo, useState } from 'preact/hooks';
import { type DeliveryFilter, useLiveDeliveries } from '../data/live-deliveries.ts';
import type { Webhook } from '../data/types.ts';
import { usePlace } from '../router.tsx';
import { Button, ButtonLink, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Card } from '../ui/page.tsx';
import { DeliveryFilters, filterOf } from './delivery-filters.tsx';
import { DeliveryTable } from './delivery-table.tsx';
import { ReplayDialog } from './replay-dialog.tsx';

/** The deliveries of one webhook, live: to look through, and to send again. */
export function Deliveries({ webhook }: { readonly webhook: Webhook }) {
  const { query } = usePlace();
  const filter = useMemo(() => filterOf(query, Date.now()), [query]);
  const { known, error, refresh, loadMore, isLoadingMore } = useLiveDeliveries(webhook.id, filter);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isReplaying, setReplaying] = useState(false);
  const rows = known?.rows ?? [];
  const chosen = rows.filter(({ id }) => selected.has(id));

  return (
    <div class="stack">
      <DeliveryFilters filter={filter} />
      {error && <Failure error={error} onRetry={refresh} />}
      <Card flush>
        {!known && !error && <Loading what="deliveries" />}
        {known && rows.length === 0 && <NoDeliveries webhook={webhook} filter={filter} />}
        {rows.length > 0 && (
          <DeliveryTable webhookId={webhook.id} rows={rows} selected={selected} onSelect={setSelected} />
        )}
      </Card>
      {known?.nextCursor && (
        <div class="row">
          <Button onClick={loadMore} isBusy={isLoadingMore}>
            {rows.length > 0 ? 'Show older ones' : 'Look further back'}
          </Button>
        </div>
      )}
      {chosen.length > 0 && (
        <div class="selection" role="region" aria-label="Selected deliveries">
          <strong>{chosen.length} selected</strong>
          <Button kind="primary" icon="replay" onClick={() => setReplaying(true)}>
            Replay…
          </Button>
          <Button kind="quiet" onClick={() => setSelected(new Set())}>
            Clear
          </Button>
        </div>
      )}
      {isReplaying && (
        <ReplayDialog
          webhook={webhook}
          deliveries={chosen}
          onClose={() => {
            setReplaying(false);
            setSelected(new Set());
            void refresh();
          }}
        />
      )}
    </div>
  );
}

function NoDeliveries({ webhook, filter }: { readonly webhook: Webhook; readonly filter: DeliveryFilter }) {
  if (Object.values(filter).some(Boolean)) {
    return (
      <Empty
        icon="pulse"
        title="None like that"
        action={<ButtonLink to={`/webhooks/${webhook.id}`}>Show all deliveries</ButtonLink>}
      >
        No delivery fits the filters. They are kept for 30 days.
      </Empty>
    );
  }
  return (
    <Empty
      icon="pulse"
      title="Nothing was delivered yet"
      action={
        <ButtonLink to={`/webhooks/test?webhook=${webhook.id}`} kind="primary" icon="send">
          Send a test
        </ButtonLink>
      }
    >
      A delivery is one event for one webhook. As soon as {webhook.events.join(', ')} happens, it shows up
      here by itself, with every attempt. Or send a test now.
    </Empty>
  );
}
