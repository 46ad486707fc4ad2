import * as z from 'zod';
import { DELIVERY_STATUSES, UNDELIVERED } from './delivery.ts';
import { eventTypeSchema } from './event.ts';
import { isWalkedOneWay, pageFields, WALKED_BOTH_WAYS } from './pagination.ts';
import { ENDS_BEFORE, isInOrder, timeSchema } from './time-range.ts';

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
  .refine(isInOrder, ENDS_BEFORE);
