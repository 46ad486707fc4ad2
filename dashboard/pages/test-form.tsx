import { useState } from 'preact/hooks';
import { stands } from '../data/catalogue.ts';
import { useAction } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import type { EventType, Webhook } from '../data/types.ts';
import { usePlace } from '../router.tsx';
import { Button, CopyButton, Failure } from '../ui/basics.tsx';
import { Select } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';
import { curlOfTest } from './curl.ts';
import type { SentTest } from './test.tsx';
import { nameOf } from './webhook.tsx';

type TestFormProps = {
  readonly webhooks: readonly Webhook[];
  readonly events: readonly EventType[];
  readonly onSent: (sent: SentTest) => void;
};

/** The event of the catalogue that a webhook would be told of first. */
const firstEventOf = (webhook: Webhook | undefined, events: readonly EventType[]) =>
  events.find(({ name }) => webhook?.events.some((pattern) => stands(pattern, name)))?.name ??
  events[0]?.name ??
  '';

/** What is sent, and to whom. */
export function TestForm({ webhooks, events, onSent }: TestFormProps) {
  const { api } = useSession();
  const { query } = usePlace();
  const [webhookId, setWebhookId] = useState(query.get('webhook') ?? webhooks[0]?.id ?? '');
  const webhook = webhooks.find(({ id }) => id === webhookId);
  const [event, setEvent] = useState(query.get('event') ?? firstEventOf(webhook, events));
  const body = { event };
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
          onChange={setWebhookId}
          hint={webhook && !webhook.active ? 'It is off; a test reaches it nevertheless.' : webhook?.url}
        >
          {webhooks.map((one) => (
            <option key={one.id} value={one.id}>
              {nameOf(one)}
            </option>
          ))}
        </Select>
        <Select
          label="Event"
          value={event}
          onChange={setEvent}
          hint={events.find(({ name }) => name === event)?.description}
        >
          {events.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        {send.error && <Failure error={send.error} />}
        <div class="form-end">
          <Button type="submit" kind="primary" icon="send" isBusy={send.isBusy}>
            Send test
          </Button>
          <CopyButton text={curlOfTest(webhookId, body)} label="Copy as curl" />
        </div>
      </form>
    </Card>
  );
}
