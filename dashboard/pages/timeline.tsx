import { showDuration, showTime } from '../data/format.ts';
import type { Attempt, DeliveryDetail } from '../data/types.ts';
import { Ago, Badge, Code, CopyButton } from '../ui/basics.tsx';
import { Icon } from '../ui/icons.tsx';
import { curlOfAttempt } from './curl.ts';

/** Every attempt of a delivery, the latest on top, and the next one before them. */
export function Timeline({ delivery }: { readonly delivery: DeliveryDetail }) {
  const attempts = delivery.attempts.toReversed();
  return (
    <ol class="timeline">
      <NextStep delivery={delivery} />
      {attempts.map((attempt, index) => (
        <AttemptEntry
          key={`${attempt.run}-${attempt.attempt}`}
          attempt={attempt}
          isOpen={index === 0}
          hasRuns={delivery.run > 1}
        />
      ))}
    </ol>
  );
}

function NextStep({ delivery }: { readonly delivery: DeliveryDetail }) {
  if (delivery.status === 'pending') {
    return (
      <li class="next">
        <strong>The first attempt is under way</strong>
        <p class="muted small">It shows up here in a moment.</p>
      </li>
    );
  }
  if (!delivery.next_attempt_at) return null;
  return (
    <li class="next">
      <strong>
        Attempt {delivery.attempt + 1} is due <Ago at={delivery.next_attempt_at} />
      </strong>
      <p class="muted small">{showTime(delivery.next_attempt_at)}</p>
    </li>
  );
}

type AttemptEntryProps = { readonly attempt: Attempt; readonly isOpen: boolean; readonly hasRuns: boolean };

function AttemptEntry({ attempt, isOpen, hasRuns }: AttemptEntryProps) {
  const { success, status_code, error, response_time, timestamp } = attempt;
  return (
    <li class={success ? 'good' : 'bad'}>
      <details open={isOpen}>
        <summary>
          <span class="row spread">
            <strong>
              {hasRuns && `Run ${attempt.run}, `}
              {hasRuns ? 'attempt' : 'Attempt'} {attempt.attempt}
            </strong>
            <Badge tone={success ? 'good' : 'bad'}>{status_code ?? 'no response'}</Badge>
          </span>
          <span class="muted small">
            {error && `${error} · `}
            {showDuration(response_time)} · <time dateTime={timestamp}>{showTime(timestamp)}</time>
            <Icon name="forward" />
          </span>
        </summary>
        <div class="stack exchange">
          <Exchange attempt={attempt} />
        </div>
      </details>
    </li>
  );
}

const showHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** What an attempt sent, and what came back. */
export function Exchange({ attempt }: { readonly attempt: Attempt }) {
  const { request, response } = attempt;
  return (
    <>
      <div class="row spread">
        <h3>Request</h3>
        <CopyButton text={curlOfAttempt(attempt)} label="Copy as curl" />
      </div>
      <p class="mono small wrap-anywhere">POST {request.url}</p>
      <Code label="Headers" text={showHeaders(request.headers)} />
      {request.body === null ? (
        <p class="muted small">Its body has expired.</p>
      ) : (
        <Code label="Body, its first 4 KiB" text={request.body} />
      )}
      <h3>Response</h3>
      {response ? (
        <>
          <Code
            label={`Status ${attempt.status_code}, headers`}
            text={showHeaders(response.headers) || '(none)'}
          />
          {response.body ? (
            <Code label="Body, its first 4 KiB" text={response.body} />
          ) : (
            <p class="muted small">It had no body.</p>
          )}
        </>
      ) : (
        <p class="muted">None came: {attempt.error ?? 'the connection ended'}.</p>
      )}
    </>
  );
}
