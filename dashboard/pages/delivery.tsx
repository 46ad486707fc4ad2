import { showTime } from '../data/format.ts';
import { useAction, useQuery } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { DeliveryDetail } from '../data/types.ts';
import type { Params } from '../router.tsx';
import { Ago, Button, Code, CopyButton, Fact, Failure, Loading } from '../ui/basics.tsx';
import { Card, Page } from '../ui/page.tsx';
import { StatusBadge } from './delivery-table.tsx';
import { Timeline } from './timeline.tsx';

const LIVE_MS = 2000;

/** A delivery, with all there is of it: what was sent, every attempt, and what comes next. */
export function DeliveryPage({ params }: { readonly params: Params }) {
  const { id = '', delivery = '' } = params;
  const { api } = useSession();
  const { data, error, reload } = useQuery<DeliveryDetail>(`/webhooks/${id}/deliveries/${delivery}`, LIVE_MS);
  const replay = useAction(async () => {
    await api('POST', `/webhooks/${id}/replay/${delivery}`);
    await reload();
  });
  return (
    <Page
      title={data?.event ?? 'Delivery'}
      back={{ to: `/webhooks/${id}`, label: 'Deliveries' }}
      lead={
        data && (
          <div class="row">
            <StatusBadge status={data.status} />
            <span>
              accepted <Ago at={data.accepted_at} />
            </span>
          </div>
        )
      }
      actions={
        data && (
          <Button icon="replay" onClick={() => replay.run()} isBusy={replay.isBusy}>
            Replay
          </Button>
        )
      }
    >
      <div class="stack">
        {replay.error && <Failure error={replay.error} />}
        {error && <Failure error={error} onRetry={reload} />}
        {!data && !error && <Loading what="the delivery" />}
        {data && <DeliveryBody delivery={data} />}
      </div>
    </Page>
  );
}

function DeliveryBody({ delivery }: { readonly delivery: DeliveryDetail }) {
  return (
    <div class="columns uneven">
      <Card title="Attempts">
        <Timeline delivery={delivery} />
      </Card>
      <div class="stack">
        <Card title="What it is">
          <Facts delivery={delivery} />
        </Card>
        <Card title="Payload">
          {delivery.payload === null ? (
            <p class="muted">It has expired: payloads are kept for 30 days.</p>
          ) : (
            <Code label="As it is sent, laid out" text={JSON.stringify(delivery.payload, null, 2)} />
          )}
        </Card>
      </div>
    </div>
  );
}

function Facts({ delivery }: { readonly delivery: DeliveryDetail }) {
  return (
    <dl class="facts">
      <Fact name="Delivery">
        <span class="mono small wrap-anywhere">{delivery.id}</span>
        <CopyButton text={delivery.id} />
      </Fact>
      <Fact name="Event">
        <span class="mono small wrap-anywhere">{delivery.event_id}</span>
      </Fact>
      <Fact name="Happened">{showTime(delivery.timestamp)}</Fact>
      <Fact name="Accepted">{showTime(delivery.accepted_at)}</Fact>
      {delivery.run > 1 && <Fact name="Run">{delivery.run}: it was replayed</Fact>}
    </dl>
  );
}
