import { useState } from 'preact/hooks';
import { useCatalogue } from '../data/catalogue.ts';
import { IS_LOCAL } from '../data/place.ts';
import { useQuery } from '../data/query.ts';
import type { EventType, Webhook, WebhookList } from '../data/types.ts';
import { usePlace } from '../router.tsx';
import { Failure, Loading } from '../ui/basics.tsx';
import { Card, Page } from '../ui/page.tsx';
import { Inbox } from './inbox.tsx';
import { SignatureChecker } from './signature-checker.tsx';
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
      <div class="stack">
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
        <SignatureChecker />
      </div>
    </Page>
  );
}

type WorkbenchProps = { readonly webhooks: readonly Webhook[]; readonly events: readonly EventType[] };

function Workbench({ webhooks, events }: WorkbenchProps) {
  const { query } = usePlace();
  const [sent, setSent] = useState<SentTest>();
  const [webhookId, setWebhookId] = useState(query.get('webhook') ?? webhooks[0]?.id ?? '');
  const webhook = webhooks.find(({ id }) => id === webhookId);
  return (
    <div class="stack">
      <div class="columns">
        <TestForm
          webhooks={webhooks}
          events={events}
          webhookId={webhookId}
          onChoose={setWebhookId}
          onSent={setSent}
        />
        <TestResult key={sent?.deliveryId} sent={sent} />
      </div>
      {IS_LOCAL && <Inbox key={webhookId} webhook={webhook} />}
    </div>
  );
}
