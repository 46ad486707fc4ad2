import type { HeaderDraft } from '../data/webhook-draft.ts';
import { Button } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';

/** As many as the API takes. */
const MAX_HEADERS = 10;

const EMPTY: HeaderDraft = { name: '', value: '' };

type HeadersFieldProps = {
  /** Those that the webhook has, their values masked. */
  readonly shown: Readonly<Record<string, string>>;
  /** Those that are to take their place; undefined where they stay. */
  readonly value: readonly HeaderDraft[] | undefined;
  readonly onChange: (value: readonly HeaderDraft[] | undefined) => void;
  readonly fault: string | undefined;
};

/** Headers of the customer's own. Their values are secrets, shown nowhere: they are given anew, all of them, or stay. */
export function HeadersField({ shown, value, onChange, fault }: HeadersFieldProps) {
  const names = Object.keys(shown);
  const had = names.length > 0;
  const rows = value ?? [];
  const set = (index: number, change: Partial<HeaderDraft>) =>
    onChange(rows.map((row, other) => (other === index ? { ...row, ...change } : row)));
  return (
    <fieldset class="stack">
      <legend>Headers of your own</legend>
      <p class="muted small">
        Optional: sent with every request, such as a key that your gateway asks for. Their values are secrets:
        once saved they are masked everywhere{had ? ', and to change one you give all of them anew' : ''}.
      </p>
      {value === undefined && had && <ShownHeaders shown={shown} />}
      {value?.length === 0 && had && <p role="status">They are removed when you save.</p>}
      {rows.map((row, index) => (
        <div key={index} class="header-row">
          <TextField
            label={`Name of header ${index + 1}`}
            isCode
            value={row.name}
            onInput={(name) => set(index, { name })}
            autoComplete="off"
            placeholder="X-Api-Key"
          />
          <TextField
            label={`Value of header ${index + 1}`}
            isCode
            value={row.value}
            onInput={(text) => set(index, { value: text })}
            autoComplete="off"
          />
          <Button
            kind="quiet"
            icon="cross"
            aria-label={`Leave out header ${index + 1}`}
            onClick={() => onChange(leaveOut(rows, index, had))}
          />
        </div>
      ))}
      {fault && (
        <p class="fault small" role="alert">
          {fault}
        </p>
      )}
      <div class="actions">
        {value === undefined && had ? (
          <>
            <Button onClick={() => onChange(names.map((name) => ({ name, value: '' })))}>
              Replace them…
            </Button>
            <Button onClick={() => onChange([])}>Remove them</Button>
          </>
        ) : (
          <>
            <Button
              icon="plus"
              disabled={rows.length >= MAX_HEADERS}
              onClick={() => onChange([...rows, EMPTY])}
            >
              Add a header
            </Button>
            {had && (
              <Button kind="quiet" onClick={() => onChange(undefined)}>
                Leave them as they are
              </Button>
            )}
          </>
        )}
      </div>
    </fieldset>
  );
}

/** The rows without one; of a webhook that has no headers, none at all means that nothing was changed. */
function leaveOut(rows: readonly HeaderDraft[], index: number, had: boolean) {
  const rest = rows.filter((_, other) => other !== index);
  return rest.length === 0 && !had ? undefined : rest;
}

function ShownHeaders({ shown }: { readonly shown: Readonly<Record<string, string>> }) {
  return (
    <dl class="facts">
      {Object.entries(shown).map(([name, masked]) => (
        <div key={name}>
          <dt class="mono">{name}</dt>
          <dd class="mono small wrap-anywhere">{masked}</dd>
        </div>
      ))}
    </dl>
  );
}
