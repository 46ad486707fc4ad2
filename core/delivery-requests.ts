import * as z from 'zod';
import { DELIVERY_STATUSES, UNDELIVERED } from './delivery.ts';
import { eventTypeSchema } from './event.ts';
import { isWalkedOneWay, pageFields, WALKED_BOTH_WAYS } from './pagination.ts';

/** A time, read as epoch ms; one before 1970 is 0. */
export const timeSchema = z.iso
  .datetime({ offset: true, error: 'takes an ISO 8601 time with its offset' })
  .transform((text) => Math.max(0, Date.parse(text)));

const STATUS_FILTERS = [...DELIVERY_STATUSES, UNDELIVERED] as const;

/** The query of `GET /webhooks/{webhook_id}/deliveries`. */
export const deliveryQuerySchema = z
  .strictObject({
    ...pageFields,
    status: z
      .enum(STATUS_FILTERS, { error: `takes one of ${STATUS_FILTERS.join(', ')}` })
      .describe(
        'Only deliveries that stand so; `undelivered` are all that have not reached the receiver, tests and what waits for its first attempt apart.',
      )
      .optional(),
    event: eventTypeSchema.optional().describe('Only deliveries of this event.'),
    since: timeSchema.optional().describe('Only events accepted then or later.'),
    until: timeSchema.optional().describe('Only events accepted before then.'),
  })
  .refine(isWalkedOneWay, WALKED_BOTH_WAYS)
  .refine(({ since, until }) => since === undefined || until === undefined || since <= until, {
    path: ['until'],
    message: 'is before since',
  });

const { limit, cursor } = pageFields;

/** The query of `GET /webhooks/{webhook_id}/logs`. */
export const logQuerySchema = z.strictObject({ limit, cursor });
