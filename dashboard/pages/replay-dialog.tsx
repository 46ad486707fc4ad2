import { useRef, useState } from 'preact/hooks';
import type { ApiError } from '../data/api.ts';
import { count } from '../data/format.ts';
import { asApiError } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { Delivery, Webhook } from '../data/types.ts';
import { Button, Notice } from '../ui/basics.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** So many replays are asked for at the same time. */
const AT_ONCE = 4;

type ReplayDialogProps = {
  readonly webhook: Webhook;
  readonly deliveries: readonly Delivery[];
  readonly onClose: () => void;
};

type Progress = {
  readonly done: number;
  readonly failures: readonly { readonly delivery: Delivery; readonly error: ApiError }[];
  readonly isRunning: boolean;
};

/** Sends deliveries again, one request each, and shows how far it has come. It can be stopped between two of them. */
export function ReplayDialog({ webhook, deliveries, onClose }: ReplayDialogProps) {
  const { api } = useSession();
  // The list under the dialog goes on: what was selected stays as it was.
  const chosen = useRef(deliveries).current;
  const [progress, setProgress] = useState<Progress>();
  const isStopped = useRef(false);

  const replay = async () => {
    isStopped.current = false;
    setProgress({ done: 0, failures: [], isRunning: true });
    const waiting = [...chosen];
    const note = (change: (before: Progress) => Partial<Progress>) =>
      setProgress((before) => before && { ...before, ...change(before) });
    const work = async () => {
      for (let delivery = waiting.shift(); delivery && !isStopped.current; delivery = waiting.shift()) {
        const one = delivery;
        await api('POST', `/webhooks/${webhook.id}/replay/${one.id}`).then(
          () => note(({ done }) => ({ done: done + 1 })),
          (cause) =>
            note(({ failures }) => ({
              failures: [...failures, { delivery: one, error: asApiError(cause) }],
            })),
        );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    note(() => ({ isRunning: false }));
  };
  const close = () => {
    isStopped.current = true;
    onClose();
  };

  const what = count(chosen.length, 'delivery').replace(
    'delivery',
    chosen.length === 1 ? 'delivery' : 'deliveries',
  );
  return (
    <Dialog
      title={progress ? `Replaying ${what}` : `Replay ${what}?`}
      onClose={close}
      actions={<ReplayActions progress={progress} isOn={webhook.active} onStart={replay} onClose={close} />}
    >
      {!progress && (
        <p>
          Each is sent again: the same payload under the same id, with all its attempts. A receiver that drops
          duplicates drops what it has taken before.
        </p>
      )}
      {!progress && !webhook.active && (
        <Notice tone="warn" title="The webhook is off.">
          Turn it on first: nothing is sent to a webhook that is off.
        </Notice>
      )}
      {progress && <ReplayProgress progress={progress} total={chosen.length} />}
    </Dialog>
  );
}

function ReplayActions(props: {
  readonly progress: Progress | undefined;
  readonly isOn: boolean;
  readonly onStart: () => void;
  readonly onClose: () => void;
}) {
  if (props.progress) {
    return (
      <Button kind={props.progress.isRunning ? 'plain' : 'primary'} onClick={props.onClose}>
        {props.progress.isRunning ? 'Stop' : 'Done'}
      </Button>
    );
  }
  return (
    <>
      <Button kind="primary" icon="replay" disabled={!props.isOn} onClick={props.onStart}>
        Replay
      </Button>
      <Button onClick={props.onClose}>Cancel</Button>
    </>
  );
}

function ReplayProgress({ progress, total }: { readonly progress: Progress; readonly total: number }) {
  const { done, failures, isRunning } = progress;
  return (
    <div class="stack">
      <progress max={total} value={done + failures.length} aria-label="Replays that were asked for" />
      <p role="status">
        {done} of {total} {isRunning ? 'asked for…' : 'are on their way.'}
      </p>
      {failures.length > 0 && (
        <Notice tone="bad" title={`${failures.length} could not be replayed.`}>
          <ul>
            {failures.map(({ delivery, error }) => (
              <li key={delivery.id}>
                {delivery.event}: {error.message} {error.advice}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </div>
  );
}
