import { useState } from 'preact/hooks';
import { showTime } from '../data/format.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Webhook } from '../data/types.ts';
import { Button, Failure, Notice } from '../ui/basics.tsx';
import { Dialog } from '../ui/dialog.tsx';

type RotationUnderWayProps = {
  readonly webhook: Webhook;
  readonly rotation: NonNullable<Webhook['secret_rotation']>;
  /** Told that one of the two secrets goes on alone. */
  readonly onEnded: () => Promise<void>;
  /** Puts a third secret in the place of both. */
  readonly onReplace: () => Promise<void>;
};

/** Which header is whose while two secrets sign, and how that is ended before its time. */
export function RotationUnderWay({ webhook, rotation, onEnded, onReplace }: RotationUnderWayProps) {
  const { api, secrets } = useSession();
  const end = useAction(async (keep: 'new' | 'old') => {
    const path = `/webhooks/${webhook.id}/secret/rotate/end`;
    const { secret } = await api<Webhook>('POST', path, { keep });
    // What this tab knows may be the one that is gone.
    if (!secrets.get(webhook.id)?.endsWith(secret.slice(-4))) secrets.delete(webhook.id);
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
        <ReplaceBoth onReplace={onReplace} />
      </div>
    </>
  );
}

/** For a new secret that has leaked: until a receiver has the third one, it refuses everything. */
function ReplaceBoth({ onReplace }: Pick<RotationUnderWayProps, 'onReplace'>) {
  const [isAsking, setAsking] = useState(false);
  const replace = useAction(onReplace);
  const close = () => setAsking(false);
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        Replace both…
      </Button>
      {isAsking && (
        <Dialog
          title="Replace both secrets?"
          onClose={close}
          actions={
            <>
              <Button kind="danger" isBusy={replace.isBusy} onClick={() => replace.run()}>
                Replace both at once
              </Button>
              <Button onClick={close}>Keep them</Button>
            </>
          }
        >
          <p>
            Neither signs any more, and another is made: your receiver refuses every request until it has that
            one. Where the old one alone has leaked, finish the rotation instead.
          </p>
          {replace.error && <Failure error={replace.error} />}
        </Dialog>
      )}
    </>
  );
}
