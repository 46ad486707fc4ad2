import { useState } from 'preact/hooks';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { Button, Failure } from '../ui/basics.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';
import { RotationUnderWay } from './rotation-under-way.tsx';

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
  /** Told that a rotation was ended before its time. */
  readonly onEnded: () => Promise<void>;
};

/** Another secret for a webhook: for a while both sign, so that no receiver refuses what is ours. */
export function RotateSecret({ webhook, onRotated, onEnded }: RotateSecretProps) {
  const { api } = useSession();
  const rotate = async (hours: number, own?: string) => {
    const body = { overlap_hours: hours, ...(own && { secret: own }) };
    const changed = await api<Webhook>('POST', `/webhooks/${webhook.id}/secret/rotate`, body);
    await onRotated(changed.secret);
  };
  const { secret_rotation: rotation } = webhook;
  return (
    <Card title="Its secret">
      <div class="form">
        <p class="muted">
          Signs every request; it ends in <span class="mono">{webhook.secret.slice(-4)}</span>. A new one
          takes its place step by step: while both sign, your receiver may verify with either.
        </p>
        {rotation ? (
          <RotationUnderWay
            webhook={webhook}
            rotation={rotation}
            onEnded={onEnded}
            onReplace={() => rotate(0)}
          />
        ) : (
          <RotationForm onRotate={rotate} />
        )}
      </div>
    </Card>
  );
}

type RotationFormProps = { readonly onRotate: (hours: number, own: string) => Promise<void> };

function RotationForm({ onRotate }: RotationFormProps) {
  const [overlap, setOverlap] = useState('24');
  const [own, setOwn] = useState('');
  const rotate = useAction(() => onRotate(Number(overlap), own));
  const isShort = own !== '' && own.length < 16;
  return (
    <>
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
    </>
  );
}
