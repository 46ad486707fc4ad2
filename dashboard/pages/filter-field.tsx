import { useState } from 'preact/hooks';
import type { FilterTestAnswer } from '../../core/answers.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import { readFilter } from '../data/webhook-draft.ts';
import { Button, Failure, Notice } from '../ui/basics.tsx';
import { TextArea } from '../ui/fields.tsx';

type FilterFieldProps = {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly fault: string | undefined;
  /** The webhook to try it with; a new one has to be made first. */
  readonly webhookId: string | undefined;
};

/** Which of its events a webhook wants, by their data; and whether a sample would get through. */
export function FilterField({ value, onInput, fault, webhookId }: FilterFieldProps) {
  const { api } = useSession();
  const [outcome, setOutcome] = useState<FilterTestAnswer>();
  const attempt = useAction(async () => {
    setOutcome(undefined);
    setOutcome(await api('POST', `/webhooks/${webhookId}/filter/test`, { filter: readFilter(value) }));
  });
  return (
    <div class="stack">
      <TextArea
        label="Filter"
        value={value}
        rows={4}
        fault={fault}
        placeholder='{ "thought": { "tags": ["important"] } }'
        hint="Optional: JSON of the fields that data must have, each with the values that it may have. Without one, every event of those chosen is sent."
        onInput={(next) => {
          setOutcome(undefined);
          attempt.clear();
          onInput(next);
        }}
      />
      {webhookId && value.trim() !== '' && (
        <div class="actions">
          <Button
            icon="test"
            isBusy={attempt.isBusy}
            disabled={fault !== undefined}
            onClick={() => attempt.run()}
          >
            Try it on a sample
          </Button>
        </div>
      )}
      {attempt.error && <Failure error={attempt.error} />}
      {outcome && <Outcome outcome={outcome} />}
    </div>
  );
}

function Outcome({ outcome }: { readonly outcome: FilterTestAnswer }) {
  if (outcome.matches) return <Notice tone="good" title={`A sample of ${outcome.event} gets through.`} />;
  return (
    <Notice tone="warn" title={`A sample of ${outcome.event} does not get through.`}>
      <ul>
        {outcome.mismatches.map(({ field, detail }) => (
          <li key={field}>
            <span class="mono small">{field}</span> {detail}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
