import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { isMasked } from './mask.ts';
import { once } from './once.ts';
import { isWellFormed, MALFORMED } from './well-formed.ts';

/** A secret for a webhook that was made without one: `whsec_` and 32 random bytes in base64. */
export function mintSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** A secret as a customer may give it: 16 to 256 characters, and not the masked form that the API shows. */
export const secretSchema = once(() =>
  z
    .string('takes a text')
    .min(16, 'takes 16 to 256 characters')
    .max(256, 'takes 16 to 256 characters')
    .refine((secret) => !isMasked(secret), 'is the masked form of a secret: give the secret itself')
    .refine(isWellFormed, MALFORMED),
);
