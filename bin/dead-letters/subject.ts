import * as z from 'zod';
import { eventIdSchema, eventTypeSchema } from '../../core/event.ts';
import { isWebhookId } from '../../core/ids.ts';

/** What a message is about: nothing but names and numbers whose form is known, never a part of a payload. */
export type Subject = {
  readonly event?: string | undefined;
  readonly event_id?: string | undefined;
  readonly webhook_id?: string | undefined;
  readonly delivery_id?: string | undefined;
  readonly run?: number | undefined;
  readonly attempt?: number | undefined;
};

/** Of a member that has another form, as of one that is not there, nothing is told. */
const ifAny = <S extends z.ZodType>(schema: S) => schema.optional().catch(undefined);

const number = ifAny(z.int().min(1));
const eventSchema = ifAny(z.object({ id: ifAny(eventIdSchema), type: ifAny(eventTypeSchema) }));
const detailSchema = ifAny(z.object({ id: ifAny(eventIdSchema), event: ifAny(eventTypeSchema) }));

/** The input of a schedule, a message of the deliveries queue and the envelope of an event, whichever it is. */
const bodySchema = z.object({
  MessageBody: ifAny(z.string()),
  webhook_id: ifAny(z.string().refine(isWebhookId)),
  delivery_id: ifAny(z.uuid()),
  run: number,
  attempt: number,
  event_id: ifAny(eventIdSchema),
  event: eventSchema,
  detail: detailSchema,
});

const parse = (text: string) => {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** What the body of a dead letter is about, as far as it can be read. */
export function readSubject(body: string): Subject {
  const read = parse(body);
  const inner = read?.MessageBody === undefined ? read : parse(read.MessageBody);
  if (!inner) return {};
  const { webhook_id, delivery_id, run, attempt, event_id, event, detail } = inner;
  return {
    event: event?.type ?? detail?.event,
    event_id: event?.id ?? event_id ?? detail?.id,
    webhook_id,
    delivery_id,
    run,
    attempt,
  };
}
