import { useState } from 'preact/hooks';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { Button, Failure } from '../ui/basics.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';
import { EndRotation } from './end-rotation.tsx';

/** For how long the old secret signs beside the new one. */
const OVERLAPS = [
  { value: '24', label: '24 hours' },
  { value: '1', label: '1 hour' },
  { value: '168', label: '7 days' },
];
const LEAKED = { value: '0', label: 'not at all: it leaked' };

const MINIMUM_LENGTH = 16;

type RotateSecretProps = {
  readonly webhook: Webhook;
  /** Told the new secret, in full. */
  readonly onRotated: (secret: string) => Promise<void>;
  /** Told that a rotation was ended before its time. */
  readonly onEnded: () => Promise<void>;
};

/** Another secret for a webhook: for a while both sign, so that no receiver refuses what is ours. */
export function RotateSecret({ webhook, onRotated, onEnded }: RotateSecretProps) {
  const { api } = useSession();
  // While two overlap, a third would push one out that a receiver may be using: but for one that has leaked.
  const overlaps = webhook.secret_rotation ? [LEAKED] : [...OVERLAPS, LEAKED];
  const [chosen, setChosen] = useState('24');
  const overlap = webhook.secret_rotation ? LEAKED.value : chosen;
  const [own, setOwn] = useState('');
  const rotate = useAction(async () => {
    const body = { overlap_hours: Number(overlap), ...(own && { secret: own }) };
    const changed = await api<Webhook>('POST', `/webhooks/${webhook.id}/secret/rotate`, body);
    await onRotated(changed.secret);
  });
  const missing = own === '' ? 0 : MINIMUM_LENGTH - own.length;
  return (
    <Card title="Its secret">
      <div class="form">
        <p class="muted">
          Signs every request; it ends in <span class="mono">{webhook.secret.slice(-4)}</span>. A new one
          takes its place step by step: while both sign, your receiver may verify with either.
        </p>
        {webhook.secret_rotation && (
          <EndRotation webhook={webhook} rotation={webhook.secret_rotation} onEnded={onEnded} />
        )}
        <div class="columns">
          <Select label="The old one signs on for" value={overlap} onChange={setChosen} options={overlaps} />
          <TextField
            label="New secret"
            isCode
            value={own}
            onInput={setOwn}
            autoComplete="off"
            maxLength={256}
            fault={
              missing > 0 ? `A secret has at least ${MINIMUM_LENGTH} characters; ${missing} more.` : undefined
            }
            hint="Leave it empty, and a good one is made."
          />
        </div>
        {rotate.error && <Failure error={rotate.error} />}
        <div class="actions">
          <Button icon="replay" isBusy={rotate.isBusy} disabled={missing > 0} onClick={() => rotate.run()}>
            Rotate the secret
          </Button>
        </div>
      </div>
    </Card>
  );
}
