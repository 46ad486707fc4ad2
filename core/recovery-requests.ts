import * as z from 'zod';
import { RECOVERED } from './recovery.ts';
import { ENDS_BEFORE, isInOrder, timeSchema } from './time-range.ts';

/** The body of `POST /webhooks/{webhook_id}/recoveries`. */
export const createRecoverySchema = z
  .strictObject(
    {
      since: timeSchema.describe('Only events accepted then or later.'),
      until: timeSchema
        .optional()
        .describe('Only events accepted before then; before now where it is left out.'),
      status: z
        .enum(RECOVERED, { error: `takes one of ${RECOVERED.join(', ')}` })
        .default('missed')
        .describe(
          'Which deliveries: `failed` (exhausted or cancelled), `skipped` (kept while the webhook was off, or the line of its rate limit full), or `missed` for both.',
        ),
    },
    'takes an object that holds since',
  )
  .refine(isInOrder, ENDS_BEFORE);

export type RecoveryRequest = z.output<typeof createRecoverySchema>;
