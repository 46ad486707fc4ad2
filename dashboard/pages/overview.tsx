import { useMemo } from 'preact/hooks';
import { useQuery } from '../data/query.ts';
import type { Webhook, WebhookList } from '../data/types.ts';
import { Link } from '../router.tsx';
import { ButtonLink, Failure, Loading, Notice } from '../ui/basics.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Statistics } from './statistics.tsx';
import { nameOf } from './webhook.tsx';
import { WebhookTable } from './webhook-table.tsx';
import { NoWebhooks } from './webhooks.tsx';

const REFRESH_MS = 10_000;
/** So many webhooks are shown beside the charts. */
const SHOWN = 5;

/** All at a glance: what needs a hand, how deliveries go, which webhooks there are. */
export function OverviewPage() {
  const { data, error, reload } = useQuery<WebhookList>('/webhooks?limit=100', REFRESH_MS);
  const webhooks = data?.webhooks;
  const joined = webhooks?.map(({ id }) => id).join();
  const ids = useMemo(() => joined?.split(','), [joined]);
  const isPart = (data?.pagination.total ?? 0) > (webhooks?.length ?? 0);
  return (
    <Page
      title="Overview"
      lead={isPart ? 'Your newest 100 webhooks together' : 'All of your webhooks together'}
      actions={
        <ButtonLink to="/webhooks/new" kind="primary" icon="plus">
          New webhook
        </ButtonLink>
      }
    >
      {error && <Failure error={error} onRetry={reload} />}
      {!data && !error && <Loading what="your webhooks" />}
      {webhooks?.length === 0 && (
        <Card flush>
          <NoWebhooks />
        </Card>
      )}
      {webhooks && webhooks.length > 0 && (
        <div class="stack">
          <Disabled webhooks={webhooks} />
          <Statistics webhookIds={ids} />
          <Card title="Webhooks" flush actions={<Link to="/webhooks">All of them</Link>}>
            <WebhookTable webhooks={webhooks.slice(0, SHOWN)} />
          </Card>
        </div>
      )}
    </Page>
  );
}

/** What Cathcr has turned off, as nothing arrives there until somebody does something. */
function Disabled({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  return (
    <>
      {webhooks
        .filter(({ disabled_at }) => disabled_at)
        .map((webhook) => (
          <Notice
            key={webhook.id}
            tone="warn"
            title={`${nameOf(webhook)} was turned off by Cathcr.`}
            action={<ButtonLink to={`/webhooks/${webhook.id}`}>Look at it</ButtonLink>}
          >
            {webhook.disabled_reason}
          </Notice>
        ))}
    </>
  );
}
