import { showTime } from '../data/format.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { Button, Failure, Notice } from '../ui/basics.tsx';

type EndRotationProps = {
  readonly webhook: Webhook;
  readonly rotation: NonNullable<Webhook['secret_rotation']>;
  readonly onEnded: () => Promise<void>;
};

/** A rotation that is under way: which header is whose, and how it is ended before its time, either way. */
export function EndRotation({ webhook, rotation, onEnded }: EndRotationProps) {
  const { api, secrets } = useSession();
  const end = useAction(async (keep: 'new' | 'old') => {
    await api('POST', `/webhooks/${webhook.id}/secret/rotate/end`, { keep });
    if (keep === 'old') secrets.delete(webhook.id);
    await onEnded();
  });
  return (
    <>
      <Notice tone="info" title={`The old secret signs as well until ${showTime(rotation.until)}.`}>
        It ends in <span class="mono">{rotation.previous_secret.slice(-4)}</span>. Until then{' '}
        <code>X-Cathcr-Signature-256</code> is made with it, <code>X-Cathcr-Signature-256-Next</code> with the
        new one, and <code>webhook-signature</code> has both. Give your receiver the new one before then. Once
        it has it, you may finish the rotation; as long as it has not, you may call it off.
      </Notice>
      {end.error && <Failure error={end.error} />}
      <div class="actions">
        <Button isBusy={end.isBusy} onClick={() => end.run('new')}>
          Finish the rotation
        </Button>
        <Button isBusy={end.isBusy} onClick={() => end.run('old')}>
          Call it off
        </Button>
      </div>
    </>
  );
}
