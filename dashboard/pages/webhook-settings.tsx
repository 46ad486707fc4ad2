import { useMemo, useState } from 'preact/hooks';
import { showTime } from '../data/format.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { type Draft, draftOf, toPatch } from '../data/webhook-draft.ts';
import { navigate } from '../router.tsx';
import { Button, CopyButton, Failure, Notice } from '../ui/basics.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';
import { RotateSecret } from './rotate-secret.tsx';
import { SecretOnce, VerificationSnippet } from './secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';

type SettingsProps = { readonly webhook: Webhook; readonly onChange: () => Promise<void> };

/** What a webhook is set to, how it is changed, and how it is got rid of. */
export function WebhookSettings({ webhook, onChange }: SettingsProps) {
  const { api, secrets } = useSession();
  const [newSecret, setNewSecret] = useState<string>();
  const [version, setVersion] = useState(0);
  const [isSaved, setSaved] = useState(false);
  // As it was when the form was opened: what changes meanwhile is not to be undone by it.
  const initial = useMemo(() => draftOf(webhook), [webhook.id, version]);
  const showSecret = async (secret: string) => {
    secrets.set(webhook.id, secret);
    await onChange();
    setNewSecret(secret);
  };
  const save = useAction(async (draft: Draft) => {
    setSaved(false);
    await api('PATCH', `/webhooks/${webhook.id}`, toPatch(draft, initial));
    await onChange();
    setVersion(version + 1);
    setSaved(true);
  });

  if (newSecret) {
    const close = (
      <Button kind="primary" onClick={() => setNewSecret(undefined)}>
        I have kept it
      </Button>
    );
    return <SecretOnce secret={newSecret} next={close} />;
  }
  return (
    <div class="stack">
      {isSaved && <Notice tone="good" title="Saved. It holds from the next attempt on." />}
      <WebhookForm
        key={version}
        initial={initial}
        webhookId={webhook.id}
        headers={webhook.headers}
        isBusy={save.isBusy}
        error={save.error}
        onSubmit={save.run}
        onCancel={() => setVersion(version + 1)}
      />
      <RotateSecret webhook={webhook} onRotated={showSecret} onEnded={onChange} />
      <VerificationSnippet />
      <Card title="Its id" actions={<CopyButton text={webhook.id} />}>
        <p class="mono small wrap-anywhere">{webhook.id}</p>
        <p class="muted small">
          Every request carries it, as webhook_id. Created {showTime(webhook.created_at)}.
        </p>
      </Card>
      <Card title="Delete this webhook">
        <div class="row spread">
          <p class="muted">
            What waits for it is not sent any more, and its deliveries are out of reach at once. To pause it,
            turn it off.
          </p>
          <DeleteButton webhook={webhook} />
        </div>
      </Card>
    </div>
  );
}

function DeleteButton({ webhook }: { readonly webhook: Webhook }) {
  const { api } = useSession();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const remove = useAction(async () => {
    await api('DELETE', `/webhooks/${webhook.id}`);
    navigate('/webhooks', { replace: true });
  });
  const word = 'delete';
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Delete…
      </Button>
      {isAsking && (
        <Dialog
          title="Delete this webhook?"
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button
                kind="danger"
                isBusy={remove.isBusy}
                disabled={typed.trim() !== word}
                onClick={() => remove.run()}
              >
                Delete for good
              </Button>
              <Button onClick={() => setAsking(false)}>Keep it</Button>
            </>
          }
        >
          <p>
            Nothing will be posted to <span class="mono wrap-anywhere">{webhook.url}</span> any more. This
            cannot be undone.
          </p>
          <TextField
            label={`Type “${word}” to confirm`}
            value={typed}
            onInput={setTyped}
            autoComplete="off"
          />
          {remove.error && <Failure error={remove.error} />}
        </Dialog>
      )}
    </>
  );
}
