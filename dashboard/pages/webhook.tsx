import { shortenUrl, showNumber, showPercent, showTime } from '../data/format.ts';
import { type Query, useAction, useQuery } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { Link, type Params } from '../router.tsx';
import { Ago, Button, ButtonLink, Fact, Failure, Loading, Notice } from '../ui/basics.tsx';
import { Page } from '../ui/page.tsx';
import { Deliveries } from './deliveries.tsx';
import { Recoveries } from './recoveries.tsx';
import { Statistics } from './statistics.tsx';
import { WebhookSettings } from './webhook-settings.tsx';
import { successRateOf, WebhookState } from './webhook-table.tsx';

const REFRESH_MS = 5000;

type Tab = 'deliveries' | 'recoveries' | 'statistics' | 'settings';

const TABS: readonly { readonly tab: Tab; readonly label: string; readonly path: string }[] = [
  { tab: 'deliveries', label: 'Deliveries', path: '' },
  { tab: 'recoveries', label: 'Recoveries', path: '/recoveries' },
  { tab: 'statistics', label: 'Statistics', path: '/statistics' },
  { tab: 'settings', label: 'Settings', path: '/settings' },
];

const pageOf = (tab: Tab) =>
  function WebhookTabPage({ params }: { readonly params: Params }) {
    return <WebhookPage id={params.id ?? ''} tab={tab} />;
  };

export const WebhookDeliveriesPage = pageOf('deliveries');
export const WebhookRecoveriesPage = pageOf('recoveries');
export const WebhookStatisticsPage = pageOf('statistics');
export const WebhookSettingsPage = pageOf('settings');

/** What a webhook is called: by its description, or else by where it points. */
export const nameOf = ({ description, url }: Webhook): string => description || shortenUrl(url);

function WebhookPage({ id, tab }: { readonly id: string; readonly tab: Tab }) {
  const query = useQuery<Webhook>(`/webhooks/${id}`, REFRESH_MS);
  const { data: webhook, error, reload } = query;
  return (
    <Page
      title={webhook ? nameOf(webhook) : 'Webhook'}
      back={{ to: '/webhooks', label: 'Webhooks' }}
      lead={webhook && <WebhookLead webhook={webhook} />}
      actions={webhook && <WebhookActions webhook={webhook} onChange={reload} />}
    >
      {error && <Failure error={error} onRetry={reload} />}
      {!webhook && !error && <Loading what="the webhook" />}
      {webhook && <WebhookBody webhook={webhook} tab={tab} query={query} />}
    </Page>
  );
}

function WebhookLead({ webhook }: { readonly webhook: Webhook }) {
  return (
    <div class="row">
      <WebhookState webhook={webhook} />
      <span class="mono small wrap-anywhere">{webhook.url}</span>
    </div>
  );
}

/** What is done often: a test, and the switch. */
function WebhookActions({
  webhook,
  onChange,
}: {
  readonly webhook: Webhook;
  readonly onChange: () => Promise<void>;
}) {
  const { api } = useSession();
  const turn = useAction(async () => {
    await api('PATCH', `/webhooks/${webhook.id}`, { active: !webhook.active });
    await onChange();
  });
  return (
    <>
      {turn.error && <Failure error={turn.error} />}
      <Button onClick={() => turn.run()} isBusy={turn.isBusy} kind={webhook.active ? 'plain' : 'primary'}>
        {webhook.active ? 'Turn off' : 'Turn on'}
      </Button>
      <ButtonLink to={`/webhooks/test?webhook=${webhook.id}`} icon="send">
        Send a test
      </ButtonLink>
    </>
  );
}

type BodyProps = { readonly webhook: Webhook; readonly tab: Tab; readonly query: Query<Webhook> };

function WebhookBody({ webhook, tab, query }: BodyProps) {
  return (
    <>
      {webhook.disabled_at && (
        <div class="stack section">
          <Notice tone="bad" title={`Cathcr turned this webhook off on ${showTime(webhook.disabled_at)}.`}>
            {webhook.disabled_reason}. Put your receiver right, send it a test, then turn the webhook on
            again. What it has missed meanwhile is kept:{' '}
            <Link to={`/webhooks/${webhook.id}/recoveries`}>recover it</Link> then.
          </Notice>
        </div>
      )}
      <WebhookFigures webhook={webhook} />
      <nav class="tabs" aria-label="Of this webhook">
        {TABS.map(({ tab: own, label, path }) => (
          <Link
            key={own}
            to={`/webhooks/${webhook.id}${path}`}
            aria-current={own === tab ? 'page' : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      {tab === 'deliveries' && <Deliveries webhook={webhook} />}
      {tab === 'recoveries' && <Recoveries webhook={webhook} />}
      {tab === 'statistics' && <Statistics webhookIds={[webhook.id]} />}
      {tab === 'settings' && <WebhookSettings webhook={webhook} onChange={query.reload} />}
    </>
  );
}

function WebhookFigures({ webhook }: { readonly webhook: Webhook }) {
  const rate = successRateOf(webhook);
  return (
    <dl class="figures section">
      <Fact name="Success rate">{rate === undefined ? '–' : showPercent(rate)}</Fact>
      {webhook.ordered && <Fact name="Order">one at a time</Fact>}
      <Fact name="Attempts">{showNumber(webhook.delivery_count)}</Fact>
      <Fact name="Failed">{showNumber(webhook.failure_count)}</Fact>
      <Fact name="Last attempt">{webhook.last_delivery ? <Ago at={webhook.last_delivery} /> : 'never'}</Fact>
    </dl>
  );
}
