import * as z from 'zod';
import { userId } from '../../core/catalogue/define-event.ts';
import { eventIdSchema, eventTypeSchema } from '../../core/event.ts';
import { isWebhookId, MAX_TIME } from '../../core/ids.ts';

/** Epoch ms, to the latest time that an id can hold. */
const timeSchema = z.int().min(0).max(MAX_TIME);

/**
 * A message of the deliveries queue: make this attempt of this delivery. The first two attempts carry the event,
 * so that no row need be there; for later ones, which a schedule sends, the row tells what the event is.
 */
export const deliveryMessageSchema = z.object({
  user_id: userId(),
  webhook_id: z.string().refine(isWebhookId),
  /** The webhook's generation when the run began. */
  generation: z.int(),
  delivery_id: z.uuidv7().lowercase(),
  run: z.int().min(1),
  attempt: z.int().min(1),
  event: z
    .object({
      id: eventIdSchema,
      type: eventTypeSchema,
      timestamp: z.string().max(64),
      /** The packed payload in base64, where it is small; else it is kept in an item of its own. */
      payload: z.string().optional(),
    })
    .optional(),
  /** The event's id in a message that does not carry the event, for whoever looks for it in logs or dead letters. */
  event_id: eventIdSchema.optional(),
  /** The attempts made before this one: they may not be in the row. */
  attempts: z
    .array(z.object({ at: timeSchema, run: z.int(), attempt: z.int() }))
    .max(100)
    .optional(),
  /** What came of the last of them. */
  last_attempt: z
    .object({
      at: timeSchema,
      responseTimeMs: z.int().min(0),
      statusCode: z.int().nullable(),
      error: z.string().optional(),
    })
    .optional(),
  /** When the run was begun, where that was not with the acceptance: of a replay, and of what has stood in line. Epoch ms. */
  run_started_at: timeSchema.optional(),
  /** The event was passed on before, if only in part: the delivery may have been made. */
  repeat: z.boolean().optional(),
  /** It has waited for its webhook's rate limit, under which setting of it, and how long it has to after this delay. */
  rate: z.object({ epoch: z.int().optional(), rest_seconds: z.int().min(0) }).optional(),
  /** It is delivered in order: it `joins` the line of its webhook, or has the turn as the `next`. */
  ordered: z.enum(['joins', 'next']).optional(),
  /** The message, by its id, for which this one goes on with a line: a turn that is in its hands is in those of both. */
  in_place_of: z.string().max(100).optional(),
  /** The message, by its id, that has called this delivery of a line, and had given it the turn. */
  called_by: z.string().max(100).optional(),
  /** The event is kept for a webhook that was off, or has a full line: there is a row to be written, and no request. */
  skipped: z.boolean().optional(),
  /** A test: one attempt, whatever the webhook's state. */
  test: z.boolean().optional(),
});

export type DeliveryMessage = z.output<typeof deliveryMessageSchema>;

/** Which delivery a message is of, for the log: ids alone, none where it cannot be understood. */
export function identifyMessage(body: string) {
  try {
    const { delivery_id, webhook_id, event_id, event } = deliveryMessageSchema.parse(JSON.parse(body));
    return { event_id: event?.id ?? event_id, delivery_id, webhook_id };
  } catch {
    return {};
  }
}
