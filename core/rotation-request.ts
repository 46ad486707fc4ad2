import * as z from 'zod';
import { once } from './once.ts';
import { secretSchema } from './secret.ts';

const DAY_HOURS = 24;
const MAX_OVERLAP_HOURS = 168;

/** The body of `POST /webhooks/{webhook_id}/secret/rotate`. */
export const rotateSecretSchema = once(() =>
  z.strictObject(
    {
      secret: secretSchema().optional().describe('The new one; made where there is none.'),
      overlap_hours: z
        .number('takes a number')
        .min(0, `takes 0 to ${MAX_OVERLAP_HOURS}`)
        .max(MAX_OVERLAP_HOURS, `takes 0 to ${MAX_OVERLAP_HOURS}`)
        .default(DAY_HOURS)
        .describe('For how long both secrets sign; 0 is not at all.'),
    },
    'takes an object',
  ),
);

/** The body of `POST /webhooks/{webhook_id}/secret/rotate/end`. */
export const endRotationSchema = once(() =>
  z.strictObject(
    {
      keep: z
        .enum(['new', 'old'], 'takes new or old')
        .describe('Which secret signs alone: `new` finishes the rotation, `old` calls it off.'),
    },
    'takes an object',
  ),
);
