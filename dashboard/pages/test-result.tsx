import { showDuration } from '../data/format.ts';
import { useQuery } from '../data/query.ts';
import type { DeliveryDetail } from '../data/types.ts';
import { Link } from '../router.tsx';
import { Empty, Failure, Notice, Spinner } from '../ui/basics.tsx';
import { Card } from '../ui/page.tsx';
import type { SentTest } from './test.tsx';
import { Exchange } from './timeline.tsx';

/** How often it is looked whether a test has come back. */
const LOOK_MS = 700;

/** What became of a test: what was sent, and what came back. */
export function TestResult({ sent }: { readonly sent: SentTest | undefined }) {
  const path = sent && `/webhooks/${sent.webhookId}/deliveries/${sent.deliveryId}`;
  const { data, error } = useQuery<DeliveryDetail>(path, LOOK_MS);
  const attempt = data?.attempts.at(-1);
  // The delivery may be told of a moment before it can be read.
  const isWaiting = sent && !attempt && (!error || error.status === 404);
  return (
    <Card title="What came back">
      {!sent && (
        <Empty icon="send" title="Nothing sent yet">
          A test goes the way of every event, but once: it is never tried again, and never turns a webhook
          off.
        </Empty>
      )}
      {isWaiting && (
        <p class="loading" role="status">
          <Spinner /> Sent. Waiting for the answer, 30 seconds at most…
        </p>
      )}
      {error && !isWaiting && <Failure error={error} />}
      {attempt && path && (
        <div class="stack">
          <Notice
            tone={attempt.success ? 'good' : 'bad'}
            title={
              attempt.success
                ? `Accepted with ${attempt.status_code} in ${showDuration(attempt.response_time)}.`
                : `Failed: ${attempt.error ?? 'no response'}.`
            }
          >
            {!attempt.success && 'A receiver accepts by answering with a 2xx within 30 seconds. '}
            <Link to={path}>The whole delivery</Link>
          </Notice>
          <Exchange attempt={attempt} />
        </div>
      )}
    </Card>
  );
}
