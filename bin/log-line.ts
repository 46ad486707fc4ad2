type AttemptLine = {
  readonly message: 'attempt';
  readonly timestamp: string;
  readonly event: string;
  readonly webhook_id: string;
  readonly delivery_id: string;
  /** The first where absent. */
  readonly attempt?: number;
  /** Where the delivery stands, unless it has succeeded. */
  readonly status?: string;
  /** 200 where absent. */
  readonly status_code?: number | null;
  readonly response_time: number;
  readonly error?: string;
  readonly next_attempt_at?: string;
};

const isAttempt = (line: { message?: unknown }): line is AttemptLine => line.message === 'attempt';

const describeAttempt = (line: AttemptLine): string =>
  [
    line.timestamp.slice(11, 19),
    line.error === undefined ? '✓' : '✗',
    line.event,
    `→ ${line.webhook_id}`,
    `delivery_${line.delivery_id}`,
    `attempt ${line.attempt ?? 1}:`,
    line.error ?? line.status_code ?? 200,
    `in ${line.response_time} ms,`,
    line.next_attempt_at ? `next at ${line.next_attempt_at}` : (line.status ?? 'succeeded'),
  ].join(' ');

/**
 * A line of a function's log as it is shown on a terminal: attempts as a sentence, warnings and errors and what is
 * no JSON as they are; undefined for the rest.
 */
export function describeLogLine(text: string): string | undefined {
  try {
    const line = JSON.parse(text);
    if (isAttempt(line)) return describeAttempt(line);
    return line.level === 'WARN' || line.level === 'ERROR' ? text : undefined;
  } catch {
    return text;
  }
}
