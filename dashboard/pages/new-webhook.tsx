import { useRef, useState } from 'preact/hooks';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { type Draft, NEW_DRAFT, toCreation } from '../data/webhook-draft.ts';
import { navigate, usePlace } from '../router.tsx';
import { ButtonLink } from '../ui/basics.tsx';
import { Page } from '../ui/page.tsx';
import { SecretOnce } from './secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';

const BACK = { to: '/webhooks', label: 'Webhooks' };

export function NewWebhookPage() {
  const { api, secrets } = useSession();
  const { query } = usePlace();
  const [created, setCreated] = useState<Webhook>();
  const draft = useRef<Draft>({ ...NEW_DRAFT, events: query.getAll('event') });
  const create = useAction(async (filled: Draft) => {
    const webhook = await api<Webhook>('POST', '/webhooks', toCreation(filled));
    secrets.set(webhook.id, webhook.secret);
    setCreated(webhook);
  });

  if (created) {
    return (
      <Page
        key="created"
        title="Your webhook is ready"
        back={BACK}
        lead="One thing before you go on: keep its secret."
      >
        <SecretOnce
          secret={created.secret}
          next={
            <>
              <ButtonLink to={`/webhooks/test?webhook=${created.id}`} kind="primary" icon="send">
                Send it a test
              </ButtonLink>
              <ButtonLink to={`/webhooks/${created.id}`}>To the webhook</ButtonLink>
            </>
          }
        />
      </Page>
    );
  }
  return (
    <Page
      key="form"
      title="New webhook"
      back={BACK}
      lead="A URL of yours, and the events that you want there."
    >
      <WebhookForm
        initial={draft.current}
        isBusy={create.isBusy}
        error={create.error}
        onSubmit={create.run}
        onCancel={() => navigate('/webhooks')}
      />
    </Page>
  );
}
