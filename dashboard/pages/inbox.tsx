import { useEffect, useState } from 'preact/hooks';
import { API_URL } from '../data/place.ts';
import { useAction, useLoad } from '../data/query.ts';
import { useSession } from '../data/session.tsx';
import { SCHEMES } from '../data/signature-schemes.ts';
import type { Webhook } from '../data/types.ts';
import { Ago, Badge, Button, Code, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Select, TextField } from '../ui/fields.tsx';
import { Card } from '../ui/page.tsx';

/** A request that an inbox of the laptop got. */
type Received = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly received_at: string;
};

const LOOK_MS = 1500;
const SHOWN = 8;

/** How an inbox may be told to answer, to see what follows. */
const ANSWERS = [
  { value: '200', label: '200: accept everything' },
  { value: '500', label: '500: fail' },
  { value: '410', label: '410: gone for good' },
];

/** The inbox that a webhook points to; undefined where it points elsewhere. */
const inboxOf = ({ url }: Webhook): string | undefined => /\/_local\/inbox\/([^/?#]+)/.exec(url)?.[1];

/** The laptop's own receiver: what arrives at a webhook's inbox, and whether its signature holds. */
export function Inbox({ webhook }: { readonly webhook: Webhook | undefined }) {
  const { secrets } = useSession();
  const name = webhook && inboxOf(webhook);
  const [typed, setTyped] = useState<string>();
  const secret = typed ?? (webhook ? secrets.get(webhook.id) : undefined) ?? '';
  const { data, error, reload } = useLoad(name, (signal) => readInbox(name ?? '', signal), LOOK_MS);
  if (!name) {
    return (
      <Card title="Inbox">
        <Empty icon="inbox" title="This webhook points elsewhere">
          One that points to {API_URL}/_local/inbox/demo is received right here, on your machine: what arrives
          is shown as it comes. Any name in place of demo is an inbox of its own.
        </Empty>
      </Card>
    );
  }
  return (
    <Card title={`Inbox “${name}”`} actions={<InboxActions name={name} onChange={reload} />}>
      <div class="stack">
        <TextField
          label="Secret to check signatures with"
          isCode
          value={secret}
          onInput={setTyped}
          autoComplete="off"
          hint="Known by itself for a webhook that was made in this tab; it stays in the browser."
        />
        {error && <Failure error={error} onRetry={reload} />}
        {!data && !error && <Loading what="the inbox" />}
        {data?.length === 0 && (
          <Empty icon="inbox" title="Nothing has arrived yet">
            Send a test, and it shows up here as your receiver would see it.
          </Empty>
        )}
        <ul class="inbox">
          {data
            ?.slice(-SHOWN)
            .toReversed()
            .map((request) => (
              <InboxEntry
                key={`${request.received_at}${request.headers['x-cathcr-delivery']}`}
                request={request}
                secret={secret}
              />
            ))}
        </ul>
      </div>
    </Card>
  );
}

async function readInbox(name: string, signal: AbortSignal): Promise<Received[]> {
  const response = await fetch(`${API_URL}/_local/inbox/${name}/requests`, { signal });
  return response.json();
}

function InboxActions({ name, onChange }: { readonly name: string; readonly onChange: () => Promise<void> }) {
  const [status, setStatus] = useState('200');
  const behave = useAction(async (next: string) => {
    await fetch(`${API_URL}/_local/inbox/${name}/behaviour`, {
      method: 'PUT',
      body: JSON.stringify({ status: Number(next) }),
    });
    setStatus(next);
  });
  const empty = useAction(async () => {
    await fetch(`${API_URL}/_local/inbox/${name}`, { method: 'DELETE' });
    setStatus('200');
    await onChange();
  });
  return (
    <div class="row inbox-actions">
      <Select label="It answers" value={status} onChange={behave.run} options={ANSWERS} />
      <Button onClick={() => empty.run()} isBusy={empty.isBusy}>
        Empty it
      </Button>
    </div>
  );
}

function InboxEntry({ request, secret }: { readonly request: Received; readonly secret: string }) {
  const { method, headers, body, received_at } = request;
  return (
    <li>
      <details>
        <summary class="row spread">
          <span>
            <strong>{headers['x-cathcr-event'] ?? method}</strong>{' '}
            <span class="muted small">
              <Ago at={received_at} />
            </span>
          </span>
          <SignatureBadge body={body} secret={secret} headers={headers} />
        </summary>
        <div class="stack exchange">
          <Code
            label="Headers"
            text={Object.entries(headers)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
          />
          <Code label="Body" text={body || '(empty)'} />
        </div>
      </details>
    </li>
  );
}

type SignatureBadgeProps = Pick<Received, 'body' | 'headers'> & { readonly secret: string };

/** Whether a request is signed with a secret, the old or the new one while it is rotated, as far as it is known. */
function SignatureBadge({ body, headers, secret }: SignatureBadgeProps) {
  const [expected, setExpected] = useState<string>();
  useEffect(() => {
    setExpected(undefined);
    const { sign } = SCHEMES.cathcr;
    if (secret) void sign({ payload: body, secret, id: '', timestamp: '' }).then(setExpected);
  }, [body, secret]);
  const signature = headers['x-cathcr-signature-256'];
  if (!signature) return <Badge tone="idle">not signed</Badge>;
  if (!expected) return <Badge tone="idle">signed, secret unknown</Badge>;
  return [signature, headers['x-cathcr-signature-256-next']].includes(expected) ? (
    <Badge tone="good">signature holds</Badge>
  ) : (
    <Badge tone="bad">signature does not match</Badge>
  );
}
