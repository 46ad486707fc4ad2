import * as z from 'zod';
import { DELIVERY_STATUSES } from './delivery.ts';
import { eventTypeSchema } from './event.ts';
import { eventEnvelopeSchema } from './event-envelope.ts';
import { eventPatternSchema } from './event-pattern.ts';
import { RECOVERED, RECOVERY_STATES } from './recovery.ts';

/*
 * What the API answers, as schemas: the `show…` functions are typed by them, the OpenAPI document describes them,
 * and the end-to-end tests hold every answer against it. Functions import the types alone, so that none of this
 * is made on their cold start.
 */

const time = () => z.iso.datetime({ offset: true });
const count = () => z.int().min(0);
const headers = () => z.record(z.string(), z.string());

/** A webhook. */
export const webhookAnswer = z.strictObject({
  id: z.string().describe('Its id.'),
  url: z.string().describe('Where events are posted to.'),
  events: z.array(eventPatternSchema()).describe('What it is subscribed to.'),
  active: z.boolean().describe('Whether events are posted to it.'),
  secret: z
    .string()
    .describe(
      'What requests are signed with: in full in the answer that creates or changes it, masked to its last four characters everywhere else.',
    ),
  secret_rotation: z
    .strictObject({
      previous_secret: z.string().describe('What is being replaced, masked.'),
      until: time().describe('When it signs for the last time.'),
    })
    .nullable()
    .describe('There while two secrets overlap.'),
  description: z.string().nullable().describe('A note of yours.'),
  filter: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Which of the events are posted, by their `data`; null where all are.'),
  rate_limit: z
    .int()
    .nullable()
    .describe('The most requests that it is sent in a second; null where any number is.'),
  headers: headers().describe(
    'Your own headers on every request: their values in full in the answer that sets them, masked everywhere else.',
  ),
  keep_while_inactive: z
    .boolean()
    .describe('Whether events are kept, to be replayed, while you have turned it off.'),
  ordered: z.boolean().describe('Whether its deliveries are made one at a time, in the order of acceptance.'),
  created_at: time().describe('When it was created.'),
  updated_at: time().describe('When it was last changed.'),
  disabled_at: time().nullable().describe('When Cathcr turned it off; null where it did not.'),
  disabled_reason: z.string().nullable().describe('Why Cathcr turned it off; null where it did not.'),
  last_delivery: time().nullable().describe('When the last attempt was made; null before the first.'),
  delivery_count: count().describe('How many attempts were made; a statistic that may be a little off.'),
  failure_count: count().describe('How many of them failed.'),
});
export type WebhookAnswer = z.output<typeof webhookAnswer>;

/** Whether a filter lets an event through. */
export const filterTestAnswer = z.strictObject({
  matches: z.boolean().describe('Whether the filter lets the event through.'),
  mismatches: z
    .array(
      z.strictObject({
        field: z.string().describe('Where: `data.thought.tags`.'),
        detail: z.string().describe('What is there, and what the filter takes.'),
      }),
    )
    .describe('What it does not match by; empty where it matches.'),
  event: eventTypeSchema.describe('The event that it was tried on.'),
  subscribed: z.boolean().describe('Whether the webhook subscribes to that event at all.'),
});
export type FilterTestAnswer = z.output<typeof filterTestAnswer>;

/** Where a page of a list stands. */
export const paginationAnswer = z.strictObject({
  total: count()
    .optional()
    .describe(
      'How many there are; left out where the page was asked for by cursor, of logs and of recoveries.',
    ),
  total_relation: z
    .literal('gte')
    .optional()
    .describe(
      'There where `total` is a lower bound: no more than 10,000 are looked at, of which a filter by status or event may leave few to count, or none.',
    ),
  limit: count().describe('How many rows were asked for.'),
  offset: count().optional().describe('How many rows were skipped; left out together with `total`.'),
  next_cursor: z.string().nullable().describe('The `cursor` of the next page; null at the end of the list.'),
});
export type PaginationAnswer = z.output<typeof paginationAnswer>;

export const webhookListAnswer = z.strictObject({
  webhooks: z.array(webhookAnswer),
  pagination: paginationAnswer,
});

export const deliveryStatusSchema = z
  .enum(DELIVERY_STATUSES)
  .describe(
    '`pending`: not attempted yet in this run; `retrying`: failed, and will be attempted again; `succeeded`: accepted with a 2xx; `exhausted`: failed for good: the schedule is used up, a test failed, or the answer was 410; `cancelled`: not sent any more: the webhook was turned off, or the delivery had stood in its line for as long as deliveries are kept; `skipped`: not sent, but kept: the webhook was off when the event happened, or the line of its rate limit was a day long.',
  );

const deliveryFields = {
  id: z.string().describe('Its id; `X-Cathcr-Delivery` carries the UUID in it.'),
  timestamp: time().describe('When the event happened.'),
  event: eventTypeSchema,
  event_id: z.string().describe("The event's id, as `POST /events` answered it."),
  accepted_at: time().describe('When the event was accepted; lists and filters go by it.'),
  status: deliveryStatusSchema,
  status_code: z.int().nullable().describe('Of the latest response; null where none came.'),
  response_time: count().nullable().describe('Of the latest attempt, in ms; null before the first.'),
  run: count().describe('Which passage through the schedule this is; each replay begins the next.'),
  attempt: count().describe('How many attempts of this run were made.'),
  success: z.boolean().describe('Whether it was accepted.'),
  error: z
    .string()
    .optional()
    .describe('What went wrong with the latest attempt; left out where nothing did.'),
  next_attempt_at: time().nullable().describe('When it is tried again; null where it is not.'),
};

/** A delivery in a list, by its latest attempt. */
export const deliveryAnswer = z.strictObject(deliveryFields);
export type DeliveryAnswer = z.output<typeof deliveryAnswer>;

export const deliveryListAnswer = z.strictObject({
  deliveries: z.array(deliveryAnswer),
  pagination: paginationAnswer,
});

/** An attempt, with what was sent and what came back. */
export const attemptAnswer = z.strictObject({
  delivery_id: z.string().describe('The delivery that it is an attempt of.'),
  event: eventTypeSchema,
  run: count().describe('The passage through the schedule: 1, and one more with each replay.'),
  attempt: count().describe('Its number in the run, from 1.'),
  timestamp: time().describe('When the request was begun.'),
  success: z.boolean().describe('Whether the response was a 2xx.'),
  status_code: z.int().nullable().describe('Of the response; null where none came.'),
  response_time: count().describe("From the DNS lookup to the response's headers, or to the failure: ms."),
  error: z.string().optional().describe('What went wrong; left out where nothing did.'),
  request: z
    .strictObject({
      url: z.string(),
      headers: headers(),
      body: z.string().nullable().describe('Its first 4 KiB; null where the event has expired.'),
    })
    .describe('What was sent.'),
  response: z
    .strictObject({ headers: headers(), body: z.string().describe('Its first 4 KiB.') })
    .nullable()
    .describe('What came back; null where nothing did.'),
  next_attempt_at: time().nullable().describe('When the next attempt was due; null where none was.'),
});
export type AttemptAnswer = z.output<typeof attemptAnswer>;

export const attemptListAnswer = z.strictObject({
  logs: z.array(attemptAnswer),
  pagination: paginationAnswer,
});

/** A delivery by itself, with all there is of it. */
export const deliveryDetailAnswer = z.strictObject({
  ...deliveryFields,
  payload: eventEnvelopeSchema.nullable().describe('What the webhook is sent; null where it has expired.'),
  attempts: z
    .array(attemptAnswer)
    .describe('Its attempts over all runs, oldest first: the latest 50 of them. The logs have all.'),
});

/** How many attempts and deliveries ended so. */
const endingFields = {
  succeeded: count().describe('Attempts that were accepted.'),
  failed: count().describe('Attempts that failed.'),
  exhausted: count().describe('Deliveries given up, tests apart.'),
  cancelled: count().describe(
    'Deliveries cancelled: the webhook was turned off before they were sent, or sent again, or they waited in its line for longer than deliveries are kept.',
  ),
  skipped: count().describe('Deliveries kept, and not sent.'),
};

const percentile = () => z.int().min(0).nullable();

/** The statistics of a webhook over a period. */
export const statisticsAnswer = z.strictObject({
  period: z.string().describe('The period asked for.'),
  since: time().describe('When the first bucket begins.'),
  until: time().describe('When the last bucket ends, which is under way.'),
  bucket_seconds: count().describe('How long a bucket is.'),
  response_time_bounds_ms: z
    .array(z.int())
    .describe('The upper bounds, in ms and included, by which response times are counted.'),
  buckets: z
    .array(
      z.strictObject({
        start: time().describe('When it begins.'),
        ...endingFields,
        response_times: z
          .array(count())
          .describe(
            'Of the attempts that were answered, whatever the status: how many took no longer than each bound (and longer than the one before); the last count is of what is above all bounds.',
          ),
      }),
    )
    .describe(
      'Every bucket of the period, oldest first. An attempt belongs to the hour in which it began, what was cancelled or skipped to that in which that was found.',
    ),
  totals: z
    .strictObject({
      attempts: count().describe('Attempts made.'),
      ...endingFields,
      success_rate: z
        .number()
        .min(0)
        .max(1)
        .nullable()
        .describe('`succeeded` of `attempts`; null where there were none.'),
      response_time: z
        .strictObject({ p50: percentile(), p90: percentile(), p99: percentile() })
        .describe(
          'What that many per cent of the answered attempts did not exceed: ms, estimated within the bounds; null where none was answered.',
        ),
    })
    .describe('Of the whole period.'),
  undelivered: z
    .strictObject({
      count: count().describe('How many there are.'),
      relation: z
        .enum(['eq', 'gte'])
        .describe('`gte` where `count` is a lower bound: no more than 10,000 are counted.'),
    })
    .describe(
      'Deliveries that have not reached the receiver, tests apart, of all that are kept: `status=undelivered` lists them. What waits for its first attempt is not among them yet.',
    ),
});
export type StatisticsAnswer = z.output<typeof statisticsAnswer>;
/** A recovery: what a webhook has missed, replayed step by step. */
export const recoveryAnswer = z.strictObject({
  id: z.string().describe('Its id, within its webhook.'),
  webhook_id: z.string(),
  state: z
    .enum(RECOVERY_STATES)
    .describe(
      '`running`; `completed`: all of the range was replayed, and attempted once; `cancelled`: on request, or as the webhook was turned off.',
    ),
  since: time().describe('It takes events accepted then or later,'),
  until: time().describe('and before then.'),
  status: z.enum(RECOVERED).describe('Which deliveries it takes.'),
  found: count().describe('Deliveries to replay that it has come to so far.'),
  replayed: count().describe('How many of them it has replayed: all but those whose event has expired.'),
  delivered: count().describe('How many replays were accepted at their first attempt.'),
  failed_in_a_row: count().describe(
    'How many replays were not, since the last that was: from 100 on, one is tried a minute, until one is accepted.',
  ),
  created_at: time(),
  finished_at: time().nullable().describe('When it was completed or cancelled; null while it runs.'),
  cancelled_reason: z.string().nullable().describe('Why it was cancelled; null where it was not.'),
});
export type RecoveryAnswer = z.output<typeof recoveryAnswer>;

export const recoveryListAnswer = z.strictObject({
  recoveries: z.array(recoveryAnswer),
  pagination: paginationAnswer,
});

export const queuedDeliveryAnswer = z.strictObject({
  delivery_id: z.string().describe('The delivery under which the outcome can be read.'),
});

export const acceptedEventAnswer = z.strictObject({
  id: z.string().describe("The event's id: the producer's own, or one that was made."),
});

/** One event of the catalogue. */
export const eventTypeAnswer = z.strictObject({
  name: eventTypeSchema,
  description: z.string().describe('When it happens.'),
  schema: z.record(z.string(), z.unknown()).describe('The JSON Schema (2020-12) of its `data`.'),
  sample: z.record(z.string(), z.unknown()).describe('A sample of its `data`.'),
});
export type EventTypeAnswer = z.output<typeof eventTypeAnswer>;

export const eventTypeListAnswer = z.strictObject({ event_types: z.array(eventTypeAnswer) });

export const ipRangesAnswer = z.strictObject({
  ip_ranges: z.array(z.string()).describe('The ranges that webhooks are called from, in CIDR notation.'),
});

/** A refusal: a problem document (RFC 9457). */
export const problemAnswer = z.strictObject({
  type: z.string().meta({ format: 'uri', description: 'What kind of problem it is; stable.' }),
  title: z.string().describe('The kind of problem, in words.'),
  status: z.int().describe('The HTTP status.'),
  detail: z.string().describe('What is wrong with this request.'),
  errors: z
    .array(
      z.strictObject({
        field: z.string().describe('Where: `events[0]`, `data.user_id`, `Authorization`, …'),
        detail: z.string().describe('What is wrong with it.'),
      }),
    )
    .optional()
    .describe('Every field at fault, of more than 100 the first 100; left out where it is none.'),
  request_id: z.string().describe('To be told to support.'),
});
export type ProblemAnswer = z.output<typeof problemAnswer>;

/** What the gateway itself refuses, before the API sees it. */
export const gatewayRefusalAnswer = z.strictObject({ message: z.string() });
