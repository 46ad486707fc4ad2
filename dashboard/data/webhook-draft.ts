import { IS_LOCAL } from './place.ts';
import type { Webhook } from './types.ts';

export type HeaderDraft = { readonly name: string; readonly value: string };

/** A webhook as it stands in the form. */
export type Draft = {
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  /** The JSON of its filter; empty where it has none. */
  readonly filter: string;
  /** Requests a second at most; empty for any number. */
  readonly rate_limit: string;
  /** Whether it is sent one delivery at a time, in order. */
  readonly ordered: boolean;
  /** Of a new webhook; empty where one is to be made. */
  readonly secret: string;
  readonly active: boolean;
  /** Whether events are kept while its customer has turned it off. */
  readonly keep_while_inactive: boolean;
  /** Headers that take the place of those it has; undefined where these stay. */
  readonly headers: readonly HeaderDraft[] | undefined;
};

export const NEW_DRAFT: Draft = {
  url: '',
  description: '',
  events: [],
  filter: '',
  rate_limit: '',
  ordered: false,
  secret: '',
  active: true,
  keep_while_inactive: false,
  headers: undefined,
};

export function draftOf({ filter, rate_limit, ...webhook }: Webhook): Draft {
  const text = filter === null ? '' : JSON.stringify(filter, null, 2);
  return {
    url: webhook.url,
    description: webhook.description ?? '',
    events: webhook.events,
    filter: text,
    rate_limit: String(rate_limit ?? ''),
    ordered: webhook.ordered,
    secret: '',
    active: webhook.active,
    keep_while_inactive: webhook.keep_while_inactive,
    headers: undefined,
  };
}

/** What is wrong with each field, as far as can be seen from here: the API looks again, and closer. */
export type Faults = Partial<Record<keyof Draft, string>>;

export function findFaults({ url, events, filter, rate_limit, secret, description, headers }: Draft): Faults {
  return {
    url: findUrlFault(url.trim()),
    events: events.length === 0 ? 'Choose at least one event.' : undefined,
    filter: findFilterFault(filter),
    rate_limit: /^\s*\d*\s*$/.test(rate_limit) ? undefined : 'It is a whole number of requests a second.',
    secret:
      secret !== '' && secret.length < 16
        ? `A secret has at least 16 characters; ${16 - secret.length} more.`
        : undefined,
    description: description.length > 256 ? 'A description has at most 256 characters.' : undefined,
    headers: headers?.some(({ name, value }) => name.trim() === '' || value === '')
      ? 'Each header has a name and a value.'
      : undefined,
  };
}

/** The limit in a text; null where there is none. */
const readLimit = (text: string) => (text.trim() === '' ? null : Number(text));

/** The filter in a text of JSON; null where there is none. */
export const readFilter = (text: string): unknown => (text.trim() === '' ? null : JSON.parse(text));

function findFilterFault(text: string): string | undefined {
  try {
    const filter = readFilter(text);
    const isFilter = typeof filter === 'object' && !Array.isArray(filter);
    return isFilter
      ? undefined
      : 'It is an object of fields, such as { "thought": { "tags": ["important"] } }.';
  } catch (error) {
    return `This is no JSON yet: ${(error as Error).message}`;
  }
}

/** The rules of the API that a browser can check without resolving names. */
function findUrlFault(url: string): string | undefined {
  if (url === '') return 'Where should events be posted to?';
  const allowed = IS_LOCAL ? /^https?:\/\//i : /^https:\/\//i;
  if (!allowed.test(url)) return `It begins with ${IS_LOCAL ? 'https:// or http://' : 'https://'}.`;
  const parsed = URL.parse(url);
  if (!parsed) return 'This is no complete URL yet.';
  if (parsed.username || parsed.password) return 'It may hold no user name and no password.';
  if (url.length > 2048) return 'It has at most 2,048 characters.';
  if (IS_LOCAL) return undefined;
  if (parsed.hostname === 'localhost' || /\.(local|internal|home\.arpa)$/.test(parsed.hostname))
    return 'Cathcr calls hosts on the internet alone, not on your own network.';
  if (!parsed.hostname.includes('.')) return 'The host has no dot in it: is it complete?';
  return undefined;
}

/** The headers of rows: null where there are none. */
const readHeaders = (rows: readonly HeaderDraft[]) =>
  rows.length === 0 ? null : Object.fromEntries(rows.map(({ name, value }) => [name.trim(), value]));

/** The body of `POST /webhooks`. */
export function toCreation({ url, description, events, filter, rate_limit, secret, active, ...rest }: Draft) {
  return {
    url: url.trim(),
    events,
    active,
    ...(description.trim() && { description: description.trim() }),
    ...(filter.trim() && { filter: readFilter(filter) }),
    ...(rate_limit.trim() && { rate_limit: readLimit(rate_limit) }),
    ...(rest.ordered && { ordered: true }),
    ...(secret && { secret }),
    ...(rest.keep_while_inactive && { keep_while_inactive: true }),
    ...(rest.headers && { headers: readHeaders(rest.headers) }),
  };
}

/** The body of `PATCH /webhooks/{webhook_id}`: what was changed in the form, and nothing that others may have. */
export function toPatch(draft: Draft, was: Draft) {
  const description = draft.description.trim();
  return {
    ...(draft.url.trim() !== was.url && { url: draft.url.trim() }),
    ...(draft.events.join() !== was.events.join() && { events: draft.events }),
    ...(description !== was.description && { description: description || null }),
    ...(draft.rate_limit.trim() !== was.rate_limit.trim() && { rate_limit: readLimit(draft.rate_limit) }),
    ...(draft.ordered !== was.ordered && { ordered: draft.ordered }),
    ...(draft.filter.trim() !== was.filter.trim() && { filter: readFilter(draft.filter) }),
    ...(draft.headers && { headers: readHeaders(draft.headers) }),
    ...(draft.keep_while_inactive !== was.keep_while_inactive && {
      keep_while_inactive: draft.keep_while_inactive,
    }),
  };
}
