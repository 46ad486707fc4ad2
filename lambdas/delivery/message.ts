import * as z from 'zod';
import { eventTypeSchema } from '../../core/event.ts';
import { isWebhookId } from '../../core/ids.ts';

/**
 * A message of the deliveries queue: make this attempt of this delivery. The first two attempts carry the event,
 * so that no row need be there; later ones, which a schedule sends, carry ids only, and the row tells the rest.
 */
export const deliveryMessageSchema = z.object({
  user_id: z.string(),
  webhook_id: z.string().refine(isWebhookId),
  /** The webhook's generation when the run began. */
  generation: z.int(),
  delivery_id: z.uuid(),
  run: z.int().min(1),
  attempt: z.int().min(1),
  event: z
    .object({
      id: z.string(),
      type: eventTypeSchema,
      timestamp: z.string(),
      /** The packed payload in base64, where it is small; else it is kept under the event's id. */
      payload: z.string().optional(),
    })
    .optional(),
  /** The attempts made before this one, in a message that carries the event: they may not be in the row yet. */
  attempts: z.array(z.object({ at: z.int(), run: z.int(), attempt: z.int() })).optional(),
  /** When a replay's run was begun: epoch ms. */
  run_started_at: z.int().optional(),
  /** The event was passed on before, if only in part: the delivery may have been made. */
  repeat: z.boolean().optional(),
  /** A test: one attempt, whatever the webhook's state. */
  test: z.boolean().optional(),
});

export type DeliveryMessage = z.output<typeof deliveryMessageSchema>;
