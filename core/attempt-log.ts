import type { AttemptAnswer } from './answers.ts';
import type { Attempt } from './delivery.ts';
import { showDeliveryId } from './ids.ts';
import { composeBody, requestHeadersOf } from './request.ts';
import { showTime, showTimeIfAny } from './show-time.ts';

/** How much of a body the log shows: bytes. */
const SHOWN_BODY_BYTES = 4096;

/**
 * An attempt as the log shows it, request and response included.
 * @param payload the event's payload; undefined where it has expired
 */
export function showAttempt(attempt: Attempt, webhookId: string, payload: string | undefined): AttemptAnswer {
  const { exchange, nextAttemptAt } = attempt;
  const body =
    payload === undefined ? null : composeBody(payload, webhookId).subarray(0, SHOWN_BODY_BYTES).toString();
  return {
    delivery_id: showDeliveryId(attempt.deliveryId),
    event: attempt.eventType,
    run: attempt.run,
    attempt: attempt.attempt,
    timestamp: showTime(attempt.at),
    success: attempt.error === undefined,
    status_code: attempt.statusCode,
    response_time: attempt.responseTimeMs,
    ...(attempt.error === undefined ? {} : { error: attempt.error }),
    request: {
      url: exchange.url,
      headers: requestHeadersOf(
        { ...attempt, id: attempt.deliveryId },
        exchange.signatures,
        exchange.headers,
      ),
      body,
    },
    response: exchange.response ?? null,
    next_attempt_at: showTimeIfAny(nextAttemptAt),
  };
}
