import * as z from 'zod';
import { userId } from '../../core/catalogue/define-event.ts';
import { isWebhookId } from '../../core/ids.ts';

/** A message of the recoveries queue: take this step of this recovery. */
export const stepMessageSchema = z.object({
  user_id: userId(),
  webhook_id: z.string().refine(isWebhookId),
  /** The recovery's number in its webhook. */
  recovery: z.int().min(1),
  step: z.int().min(1),
});

export type StepMessage = z.output<typeof stepMessageSchema>;
