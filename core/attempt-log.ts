import type { AttemptAnswer } from './answers.ts';
import { showBody } from './body-text.ts';
import type { Attempt } from './delivery.ts';
import { showDeliveryId } from './ids.ts';
import { composeBody, requestHeadersOf } from './request.ts';
import { showTime, showTimeIfAny } from './show-time.ts';

/**
 * An attempt as the log shows it, request and response included.
 * @param payload the event's payload; undefined where it has expired
 */
export function showAttempt(attempt: Attempt, webhookId: string, payload: string | undefined): AttemptAnswer {
  const { exchange, nextAttemptAt } = attempt;
  const body = payload === undefined ? null : showBody(composeBody(payload, webhookId));
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
