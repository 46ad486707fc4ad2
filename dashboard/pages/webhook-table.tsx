import { useMemo } from 'preact/hooks';
import { shortenUrl, showNumber, showPercent } from '../data/format.ts';
import { useSummary } from '../data/summary.ts';
import type { Webhook } from '../data/types.ts';
import { Link } from '../router.tsx';
import { Ago, Badge, Fact } from '../ui/basics.tsx';
import { Sparkline } from '../ui/charts.tsx';

/** Whether events are posted to a webhook, and if not, who turned it off. */
export function WebhookState({ webhook }: { readonly webhook: Webhook }) {
  if (webhook.active) return <Badge tone="good">On</Badge>;
  return webhook.disabled_at ? <Badge tone="bad">Disabled</Badge> : <Badge tone="idle">Off</Badge>;
}

/** The part of a webhook's attempts that were accepted; undefined before the first. */
export function successRateOf({ delivery_count, failure_count }: Webhook): number | undefined {
  return delivery_count === 0 ? undefined : Math.max(0, delivery_count - failure_count) / delivery_count;
}

export function WebhookTable({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  return (
    <ul class="webhooks">
      {webhooks.map((webhook) => (
        <WebhookRow key={webhook.id} webhook={webhook} />
      ))}
    </ul>
  );
}

function WebhookRow({ webhook }: { readonly webhook: Webhook }) {
  const rate = successRateOf(webhook);
  const { data: summary } = useSummary(
    useMemo(() => [webhook.id], [webhook.id]),
    'week',
  );
  return (
    <li class="webhook-row">
      <div class="webhook-what">
        <Link to={`/webhooks/${webhook.id}`} class="webhook-name truncate">
          {webhook.description || shortenUrl(webhook.url)}
        </Link>
        <div class="muted small truncate">
          {webhook.description ? shortenUrl(webhook.url) : webhook.events.join(', ')}
        </div>
      </div>
      <WebhookState webhook={webhook} />
      <Sparkline summary={summary} />
      <dl class="webhook-figures">
        <Fact name="Success">{rate === undefined ? '–' : showPercent(rate)}</Fact>
        <Fact name="Attempts">{showNumber(webhook.delivery_count)}</Fact>
        <Fact name="Last">{webhook.last_delivery ? <Ago at={webhook.last_delivery} /> : 'never'}</Fact>
      </dl>
    </li>
  );
}
