import { useState } from 'preact/hooks';
import type { ApiError } from '../data/api.ts';
import { stands } from '../data/catalogue.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { EventType, Webhook } from '../data/types.ts';
import { usePlace } from '../router.tsx';
import { Button, CopyButton, Failure } from '../ui/basics.tsx';
import { namesAsOptions, Select } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';
import { curlOfTest } from './curl.ts';
import { readSample, SampleEditor } from './sample-editor.tsx';
import type { SentTest } from './test.tsx';
import { nameOf } from './webhook.tsx';

type TestFormProps = {
  readonly webhooks: readonly Webhook[];
  readonly events: readonly EventType[];
  readonly webhookId: string;
  readonly onChoose: (webhookId: string) => void;
  readonly onSent: (sent: SentTest) => void;
};

/** The event of the catalogue that a webhook would be told of first. */
const firstEventOf = (webhook: Webhook | undefined, events: readonly EventType[]) =>
  events.find(({ name }) => webhook?.events.some((pattern) => stands(pattern, name)))?.name ??
  events[0]?.name ??
  '';

/** What the API found wrong with the data. */
const serverFault = (error: ApiError | undefined) =>
  error?.faults.map(({ field, detail }) => `${field} ${detail}`).join('; ') || undefined;

/** What is sent, and to whom. */
export function TestForm({ webhooks, events, webhookId, onChoose, onSent }: TestFormProps) {
  const { api } = useSession();
  const { query } = usePlace();
  const webhook = webhooks.find(({ id }) => id === webhookId);
  const [event, setEvent] = useState(query.get('event') ?? firstEventOf(webhook, events));
  const type = events.find(({ name }) => name === event);
  const sample = JSON.stringify(type?.sample ?? {}, null, 2);
  const [edited, setEdited] = useState<string>();
  const text = edited ?? sample;
  const { data, fault } = readSample(text, type?.schema ?? {});
  const body = edited === undefined ? { event } : { event, data };
  const choose = (next: string) => {
    setEvent(next);
    setEdited(undefined);
  };
  const send = useAction(async () => {
    const { delivery_id } = await api<{ delivery_id: string }>('POST', `/webhooks/${webhookId}/test`, body);
    onSent({ webhookId, deliveryId: delivery_id });
  });
  return (
    <Card title="What to send">
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send.run();
        }}
      >
        <Select
          label="Webhook"
          value={webhookId}
          onChange={onChoose}
          hint={webhook && !webhook.active ? 'It is off; a test reaches it nevertheless.' : webhook?.url}
          options={webhooks.map((one) => ({ value: one.id, label: nameOf(one) }))}
        />
        <Select
          label="Event"
          value={event}
          onChange={choose}
          hint={type?.description}
          options={namesAsOptions(events.map(({ name }) => name))}
        />
        <SampleEditor
          text={text}
          schema={type?.schema ?? {}}
          fault={fault ?? serverFault(send.error)}
          onInput={(next) => {
            setEdited(next);
            send.clear();
          }}
          onReset={() => setEdited(undefined)}
        />
        {send.error && <Failure error={send.error} />}
        <div class="form-end">
          <Button
            type="submit"
            kind="primary"
            icon="send"
            isBusy={send.isBusy}
            disabled={fault !== undefined}
          >
            Send test
          </Button>
          <CopyButton text={curlOfTest(webhookId, body)} label="Copy as curl" />
        </div>
      </form>
    </Card>
  );
}
