import * as z from 'zod';
import { timeSchema } from './delivery-requests.ts';
import { pageFields } from './pagination.ts';
import { RECOVERED } from './recovery.ts';

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
  .refine(({ since, until }) => until === undefined || since <= until, {
    path: ['until'],
    message: 'is before since',
  });

export type RecoveryRequest = z.output<typeof createRecoverySchema>;

const { limit, cursor } = pageFields;

/** The query of `GET /webhooks/{webhook_id}/recoveries`. */
export const recoveryQuerySchema = z.strictObject({ limit, cursor });
