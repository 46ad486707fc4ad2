import { useState } from 'preact/hooks';
import { showTime } from '../data/format.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { Button, Failure, Notice } from '../ui/basics.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';

/** For how long the old secret signs beside the new one. */
const OVERLAPS = [
  { value: '24', label: '24 hours' },
  { value: '1', label: '1 hour' },
  { value: '168', label: '7 days' },
  { value: '0', label: 'not at all: it leaked' },
];

type RotateSecretProps = {
  readonly webhook: Webhook;
  /** Told the new secret, in full. */
  readonly onRotated: (secret: string) => Promise<void>;
};

/** Another secret for a webhook: for a while both sign, so that no receiver refuses what is ours. */
export function RotateSecret({ webhook, onRotated }: RotateSecretProps) {
  const { api } = useSession();
  const [overlap, setOverlap] = useState('24');
  const [own, setOwn] = useState('');
  const rotate = useAction(async () => {
    const body = { overlap_hours: Number(overlap), ...(own && { secret: own }) };
    const changed = await api<Webhook>('POST', `/webhooks/${webhook.id}/secret/rotate`, body);
    await onRotated(changed.secret);
  });
  const isShort = own !== '' && own.length < 16;
  return (
    <Card title="Its secret">
      <div class="form">
        <p class="muted">
          Signs every request; it ends in <span class="mono">{webhook.secret.slice(-4)}</span>. A new one
          takes its place step by step: while both sign, your receiver may verify with either.
        </p>
        {webhook.secret_rotation && (
          <Notice
            tone="info"
            title={`The old secret signs as well until ${showTime(webhook.secret_rotation.until)}.`}
          >
            Give your receiver the new one before then.
          </Notice>
        )}
        <div class="columns">
          <Select label="The old one signs on for" value={overlap} onChange={setOverlap} options={OVERLAPS} />
          <TextField
            label="New secret"
            isCode
            value={own}
            onInput={setOwn}
            autoComplete="off"
            maxLength={256}
            fault={isShort ? `A secret has at least 16 characters; ${16 - own.length} more.` : undefined}
            hint="Leave it empty, and a good one is made."
          />
        </div>
        {rotate.error && <Failure error={rotate.error} />}
        <div class="actions">
          <Button icon="replay" isBusy={rotate.isBusy} disabled={isShort} onClick={() => rotate.run()}>
            Rotate the secret
          </Button>
        </div>
      </div>
    </Card>
  );
}
