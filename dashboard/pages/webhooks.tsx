import { count } from '../data/format.ts';
import { useQuery } from '../data/query.ts';
import type { WebhookList } from '../data/types.ts';
import { ButtonLink, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Card, Page } from '../ui/page.tsx';
import { WebhookTable } from './webhook-table.tsx';

const REFRESH_MS = 10_000;

/** All webhooks of whoever is signed in: how they are doing, at a glance. */
export function WebhooksPage() {
  const { data, error, reload } = useQuery<WebhookList>('/webhooks?limit=100', REFRESH_MS);
  const total = data?.pagination.total ?? 0;
  return (
    <Page
      title="Webhooks"
      lead={data ? `${count(total, 'webhook')} of yours` : 'Where your events are posted to'}
      actions={
        <ButtonLink to="/webhooks/new" kind="primary" icon="plus">
          New webhook
        </ButtonLink>
      }
    >
      <div class="stack">
        {error && <Failure error={error} onRetry={reload} />}
        <Card flush>
          {!data && !error && <Loading what="your webhooks" />}
          {data?.webhooks.length === 0 && <NoWebhooks />}
          {data && data.webhooks.length > 0 && <WebhookTable webhooks={data.webhooks} />}
        </Card>
        {data && total > data.webhooks.length && (
          <p class="muted small">The newest {data.webhooks.length} are shown.</p>
        )}
      </div>
    </Page>
  );
}

export const NoWebhooks = () => (
  <Empty
    icon="webhook"
    title="No webhooks yet"
    action={
      <>
        <ButtonLink to="/webhooks/new" kind="primary" icon="plus">
          Create your first webhook
        </ButtonLink>
        <ButtonLink to="/events">See what there is to receive</ButtonLink>
      </>
    }
  >
    A webhook is a URL of yours and the events you want there. Whenever one of them happens, Cathcr posts it
    to the URL within seconds, signed with a secret that only the two of us know.
  </Empty>
);
