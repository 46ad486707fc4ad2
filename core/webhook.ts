import * as z from 'zod';
import { findUrlFault, MAX_URL_LENGTH, type TargetPolicy } from './address-policy.ts';
import { type CustomHeaders, customHeadersSchema, HEADERS_FORM } from './custom-headers.ts';
import { eventPatternSchema } from './event-pattern.ts';
import type { Filter } from './filter/match.ts';
import { FILTER_FORM, filterSchema } from './filter/schema.ts';
import { once } from './once.ts';
import { MAX_RATE_LIMIT, MIN_RATE_LIMIT } from './rate-limit.ts';
import { mintSecret, secretSchema } from './secret.ts';
import { lastRotationAfter, previousSecretAt, type Secrets } from './secret-rotation.ts';
import { isWellFormed, MALFORMED } from './well-formed.ts';

/** A customer's subscription: which events to post to which URL, signed with which secret. Times are epoch ms. */
export type Webhook = Secrets & {
  readonly id: string;
  readonly userId: string;
  readonly url: string;
  /** Names of events, groups such as `thought.*`, or `*`. */
  readonly events: readonly string[];
  readonly active: boolean;
  readonly description?: string | undefined;
  /** Which of these events it wants, by their `data`: the JSON text of a `Filter`. All where it has none. */
  readonly filter?: string | undefined;
  /** The most requests that it is sent in a second; any number where it has none. */
  readonly rateLimit?: number | undefined;
  /** The version in which that was changed last, by which what waits under another limit is known; none where it never was. */
  readonly rateEpoch?: number | undefined;
  /** Sent with every request; absent where there are none. */
  readonly headers?: CustomHeaders | undefined;
  /** Whether events are kept for it while its customer has turned it off. */
  readonly keepWhileInactive?: boolean | undefined;
  /** Whether its deliveries are made one at a time, in the order of acceptance. */
  readonly ordered?: boolean | undefined;
  /**
   * Raised by every change of `active`: what was begun under an older one is not sent any more. It begins with the time
   * of creation, so that nothing that was begun for a webhook of the same id, deleted since, is sent to this one.
   */
  readonly generation: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Raised by every change, by which one made in between is noticed. */
  readonly version: number;
  readonly disabled?: Disablement | undefined;
  /** Since when it takes long to answer (epoch ms), absent where it is quick. The system's own: no change of version. */
  readonly slowSince?: number | undefined;
};

/** A webhook as an attempt found it. */
export type WebhookRef = Pick<Webhook, 'id' | 'userId' | 'generation' | 'version'>;

/** When and why the system turned a webhook off, and the delivery that was the reason. */
export type Disablement = { readonly at: number; readonly reason: string; readonly deliveryId: string };

const URL_DESCRIPTION =
  'Where events are posted to: HTTPS, a public IPv4 address or a name of one, port 443 or 1024 and higher, no credentials.';

const FILTER_DESCRIPTION =
  "Which of the events are posted, by their `data`: the subset of EventBridge's event patterns that the guide tells of. All are where it is null.";

const RATE_LIMIT_TAKES = `takes a whole number from ${MIN_RATE_LIMIT} to ${MAX_RATE_LIMIT}, or null`;
const HEADERS_DESCRIPTION =
  'Headers of your own on every request: at most ten, 2048 characters in all. Their values are secrets. null and {} are none.';

/** The fields of a webhook that a customer sets; `policy` says where it may point. */
const fieldsOf = (policy: TargetPolicy) => ({
  url: z
    .string('takes a URL')
    .refine(isWellFormed, MALFORMED)
    .check((context) => {
      const fault = findUrlFault(context.value, policy);
      if (fault) context.issues.push({ code: 'custom', message: fault, input: context.value });
    })
    // No format: `uri` has ASCII alone, and what browsers read as a URL (the WHATWG's standard) is taken.
    .meta({ description: URL_DESCRIPTION, maxLength: MAX_URL_LENGTH }),
  events: z
    .array(eventPatternSchema(), 'takes a list of event names')
    .min(1, 'takes at least one event')
    .refine((events) => new Set(events).size === events.length, 'names an event twice')
    .meta({ description: 'What to be told of.', uniqueItems: true }),
  secret: secretSchema().describe('What requests are signed with; made where a new webhook has none.'),
  active: z.boolean('takes true or false').describe('Whether events are posted to it; true for a new one.'),
  description: z
    .string('takes a text')
    .max(256, 'takes at most 256 characters')
    .refine(isWellFormed, MALFORMED)
    .nullable()
    .describe('A note of yours.'),
  rate_limit: z
    .int(RATE_LIMIT_TAKES)
    .min(MIN_RATE_LIMIT, RATE_LIMIT_TAKES)
    .max(MAX_RATE_LIMIT, RATE_LIMIT_TAKES)
    .nullable()
    .describe('The most requests that it is sent in a second, retries included; null for any number.'),
  keep_while_inactive: z
    .boolean('takes true or false')
    .describe(
      'Whether events are kept, to be replayed, while you have turned it off; false for a new one. Not once it has been off and unchanged for as long as deliveries are kept.',
    ),
  ordered: z
    .boolean('takes true or false')
    .describe(
      'Whether its deliveries are made one at a time, in the order of acceptance, each waiting for the retries of the one before; false for a new one.',
    ),
  filter: filterSchema().meta({ ...FILTER_FORM, description: FILTER_DESCRIPTION }),
  headers: customHeadersSchema().meta({ ...HEADERS_FORM, description: HEADERS_DESCRIPTION }),
});

const buildCreateSchema = (policy: TargetPolicy) => {
  const { url, events, ...optional } = fieldsOf(policy);
  return z.strictObject(
    { url, events, ...z.object(optional).partial().shape },
    { error: 'takes an object with url and events' },
  );
};

const buildPatchSchema = (policy: TargetPolicy) =>
  z.strictObject(z.object(fieldsOf(policy)).partial().shape, { error: 'takes an object' });

/** A schema for each policy, built once, when it is first asked for: zod compiles a schema when it is first used. */
const forEachPolicy = <S>(build: (policy: TargetPolicy) => S) => {
  const schemas = { public: once(() => build('public')), any: once(() => build('any')) };
  return (policy: TargetPolicy): S => schemas[policy]();
};

/** The body of `POST /webhooks`. */
export const createWebhookSchema = forEachPolicy(buildCreateSchema);

/** The body of `PATCH /webhooks/{webhook_id}`. */
export const patchWebhookSchema = forEachPolicy(buildPatchSchema);

export type WebhookPatch = z.output<ReturnType<typeof patchWebhookSchema>>;

const headersIfAny = (headers: CustomHeaders | null | undefined): CustomHeaders | undefined =>
  headers && Object.keys(headers).length > 0 ? headers : undefined;

/** A new webhook of one user, from a valid request. */
export function createWebhook(
  request: z.output<ReturnType<typeof createWebhookSchema>>,
  { id, userId, now }: { id: string; userId: string; now: number },
): Webhook {
  return {
    id,
    userId,
    url: request.url,
    events: request.events,
    secret: request.secret ?? mintSecret(),
    active: request.active ?? true,
    description: request.description ?? undefined,
    filter: request.filter ?? undefined,
    rateLimit: request.rate_limit ?? undefined,
    headers: headersIfAny(request.headers),
    keepWhileInactive: request.keep_while_inactive,
    ordered: request.ordered,
    generation: now,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
}

/**
 * The webhook as a valid PATCH leaves it. Whoever turns it on or off clears the reason for which the system turned it
 * off: what is off from then on is off as its customer wants it. Whether another URL is slow is not known yet; a secret
 * that is given signs alone from now on.
 */
export function patchWebhook(webhook: Webhook, patch: WebhookPatch, now: number): Webhook {
  const {
    description = webhook.description,
    filter = webhook.filter,
    rate_limit = webhook.rateLimit,
    headers = webhook.headers,
    keep_while_inactive: keepWhileInactive = webhook.keepWhileInactive,
    ...rest
  } = patch;
  const active = patch.active ?? webhook.active;
  const version = webhook.version + 1;
  const rateLimit = rate_limit ?? undefined;
  return {
    ...webhook,
    ...rest,
    description: description ?? undefined,
    filter: filter ?? undefined,
    rateLimit,
    rateEpoch: rateLimit === webhook.rateLimit ? webhook.rateEpoch : version,
    headers: headersIfAny(headers),
    keepWhileInactive,
    generation: active === webhook.active ? webhook.generation : webhook.generation + 1,
    version,
    updatedAt: now,
    previousSecret: patch.secret === undefined ? previousSecretAt(webhook, now) : undefined,
    lastRotation: lastRotationAfter(webhook, patch.secret ?? webhook.secret, now),
    disabled: patch.active === undefined ? webhook.disabled : undefined,
    slowSince: rest.url === undefined || rest.url === webhook.url ? webhook.slowSince : undefined,
  };
}

/** The filter of a webhook, as it was given. */
export const filterOf = ({ filter }: Pick<Webhook, 'filter'>): Filter | undefined =>
  filter === undefined ? undefined : (JSON.parse(filter) as Filter);

/** The webhook with other secrets; the very same where they are those that it has. */
export function withSecrets(webhook: Webhook, secrets: Secrets, now: number): Webhook {
  return secrets === webhook
    ? webhook
    : { ...webhook, ...secrets, version: webhook.version + 1, updatedAt: now };
}
