import { useState } from 'preact/hooks';
import { useCatalogue } from '../data/catalogue.ts';
import { useQuery } from '../data/query.ts';
import type { EventType, Webhook, WebhookList } from '../data/types.ts';
import { Failure, Loading } from '../ui/basics.tsx';
import { Card, Page } from '../ui/page.tsx';
import { TestForm } from './test-form.tsx';
import { TestResult } from './test-result.tsx';
import { NoWebhooks } from './webhooks.tsx';

/** A test that was sent: to which webhook, as which delivery. */
export type SentTest = { readonly webhookId: string; readonly deliveryId: string };

/** Where webhooks are tried out: a sample is sent, and one sees what was sent and what came back. */
export function TestPage() {
  const { data: list, error, reload } = useQuery<WebhookList>('/webhooks?limit=100');
  const catalogue = useCatalogue();
  const failure = error ?? catalogue.error;
  return (
    <Page title="Test" lead="Send an event to a webhook, really and signed, and watch what comes back.">
      {failure && <Failure error={failure} onRetry={() => Promise.all([reload(), catalogue.reload()])} />}
      {!failure && (!list || !catalogue.data) && <Loading what="your webhooks" />}
      {list?.webhooks.length === 0 && (
        <Card flush>
          <NoWebhooks />
        </Card>
      )}
      {list && list.webhooks.length > 0 && catalogue.data && (
        <Workbench webhooks={list.webhooks} events={catalogue.data.event_types} />
      )}
    </Page>
  );
}

type WorkbenchProps = { readonly webhooks: readonly Webhook[]; readonly events: readonly EventType[] };

function Workbench({ webhooks, events }: WorkbenchProps) {
  const [sent, setSent] = useState<SentTest>();
  return (
    <div class="stack">
      <div class="columns">
        <TestForm webhooks={webhooks} events={events} onSent={setSent} />
        <TestResult key={sent?.deliveryId} sent={sent} />
      </div>
    </div>
  );
}
