import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, sentence } from '../data/api.ts';
import { API_URL, IS_LOCAL } from '../data/place.ts';
import { type Draft, type Faults, findFaults } from '../data/webhook-draft.ts';
import { Button, Failure } from '../ui/basics.tsx';
import { Choice, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';
import { EventPicker } from './event-picker.tsx';
import { FilterField } from './filter-field.tsx';
import { HeadersField } from './headers-field.tsx';

type WebhookFormProps = {
  readonly initial: Draft;
  /** The webhook that is changed; none where it is a new one. */
  readonly webhookId?: string;
  /** The headers that it has, their values masked. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly isBusy: boolean;
  readonly error: ApiError | undefined;
  readonly onSubmit: (draft: Draft) => void;
  readonly onCancel: () => void;
};

/** What the API found wrong, by the field of the form that it is about. */
function faultsOf(error: ApiError | undefined): Faults {
  const faults = error?.status === 400 ? error.faults : [];
  return Object.fromEntries(
    faults.map(({ field, detail }) => {
      const [, name = field, part] = /^(\w+)(?:\.(.+))?$/.exec(field) ?? /^(\w+)/.exec(field) ?? [];
      return [name, sentence(part ? `${part} ${detail}` : detail)];
    }),
  );
}

/** The fields of a webhook. What is wrong is said as soon as a field was left, and while it is put right. */
export function WebhookForm(props: WebhookFormProps) {
  const { initial, webhookId, headers = {}, isBusy, error, onSubmit, onCancel } = props;
  const isNew = webhookId === undefined;
  const [draft, setDraft] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<keyof Draft>>(new Set());
  const [refused, setRefused] = useState<Faults>({});
  const [isTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => setRefused(faultsOf(error)), [error]);

  const faults = findFaults(draft);
  const faultOf = (field: keyof Draft) => (touched.has(field) ? faults[field] : undefined) ?? refused[field];
  const set = <K extends keyof Draft>(field: K, value: Draft[K]) => {
    setDraft((before) => ({ ...before, [field]: value }));
    setRefused((before) => ({ ...before, [field]: undefined }));
    if (value !== '') setTouched((before) => new Set([...before, field]));
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setTried(true);
    setTouched(new Set(['url', 'events', 'secret', 'description', 'headers']));
    if (!Object.values(faults).some(Boolean)) return onSubmit(draft);
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid=true], .faulty input')?.focus(),
    );
  };
  const isPlaced = error && Object.keys(faultsOf(error)).some((field) => field in draft);

  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Card>
        <div class="form">
          <TextField
            label="URL"
            type="url"
            isCode
            value={draft.url}
            onInput={(value) => set('url', value)}
            fault={faultOf('url')}
            placeholder="https://your-app.com/webhooks/cathcr"
            hint={
              IS_LOCAL
                ? `Events are posted here. With no receiver at hand, take the built-in inbox: ${API_URL}/_local/inbox/demo`
                : 'Events are posted here: over HTTPS, to a host on the internet.'
            }
          />
          <TextField
            label="Description"
            value={draft.description}
            onInput={(value) => set('description', value)}
            fault={faultOf('description')}
            placeholder="Main application webhook"
            hint="Optional: a name that you know it by."
          />
        </div>
      </Card>
      <Card>
        <EventPicker
          value={draft.events}
          onChange={(value) => set('events', value)}
          fault={faultOf('events')}
        />
      </Card>
      <Card>
        <FilterField
          value={draft.filter}
          onInput={(value) => set('filter', value)}
          fault={faults.filter ?? refused.filter}
          webhookId={webhookId}
        />
      </Card>
      <Card>
        <div class="form">
          <TextField
            label="Requests a second, at most"
            value={draft.rate_limit}
            onInput={(value) => set('rate_limit', value)}
            fault={faults.rate_limit ?? refused.rate_limit}
            placeholder="any number"
            hint="Optional: what comes faster waits for its turn."
          />
          <Choice
            label="One at a time, in order"
            hint="Each event waits until the one before was accepted or given up, retries included. It comes three seconds later, and one that you refuse holds up all others."
            value={draft.ordered}
            onChange={(value) => set('ordered', value)}
          />
        </div>
      </Card>
      <Card>
        <HeadersField
          shown={headers}
          value={draft.headers}
          onChange={(value) => set('headers', value)}
          fault={refused.headers ?? (isTried ? faults.headers : undefined)}
        />
      </Card>
      <Card>
        <Choice
          label="Keep events while I have turned it off"
          hint="They are kept for 30 days, to be recovered when it is on again. What Cathcr turns off keeps its events anyway."
          value={draft.keep_while_inactive}
          onChange={(value) => set('keep_while_inactive', value)}
        />
      </Card>
      {isNew && (
        <Card>
          <div class="form">
            <TextField
              label="Secret"
              isCode
              autoComplete="off"
              value={draft.secret}
              onInput={(value) => set('secret', value)}
              fault={faultOf('secret')}
              maxLength={256}
              hint="Signs every request, so that you know it is ours. Leave it empty, and a good one is made for you."
            />
            <Choice
              label="Turn it on right away"
              hint="Nothing is sent to a webhook that is off."
              value={draft.active}
              onChange={(value) => set('active', value)}
            />
          </div>
        </Card>
      )}
      {error && !isPlaced && <Failure error={error} />}
      <div class="form-end">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {isNew ? 'Create webhook' : 'Save changes'}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
