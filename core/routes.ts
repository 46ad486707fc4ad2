/** What an API key may be allowed to do. */
export const SCOPES = ['webhooks:read', 'webhooks:write', 'events:publish'] as const;
export type Scope = (typeof SCOPES)[number];

type Route = {
  /** The API function (a file of `lambdas/`) that answers. */
  readonly function: 'webhooks' | 'deliveries' | 'events';
  /** What the caller's API key must allow. */
  readonly scope: Scope;
};

/**
 * Every route of the HTTP API, by its API Gateway route key. The stack makes its routes from it, the handlers
 * take their access from it, and the answer to an unknown path (404, 405) is found in it.
 */
export const ROUTES = {
  'POST /webhooks': { function: 'webhooks', scope: 'webhooks:write' },
  'GET /webhooks': { function: 'webhooks', scope: 'webhooks:read' },
  'GET /webhooks/{webhook_id}': { function: 'webhooks', scope: 'webhooks:read' },
  'PATCH /webhooks/{webhook_id}': { function: 'webhooks', scope: 'webhooks:write' },
  'DELETE /webhooks/{webhook_id}': { function: 'webhooks', scope: 'webhooks:write' },
  'GET /webhooks/{webhook_id}/deliveries': { function: 'deliveries', scope: 'webhooks:read' },
  'POST /events': { function: 'events', scope: 'events:publish' },
} as const satisfies Record<string, Route>;

export type RouteKey = keyof typeof ROUTES;

/** The route keys that one API function answers. */
export type RouteKeyOf<F extends Route['function']> = {
  [K in RouteKey]: (typeof ROUTES)[K]['function'] extends F ? K : never;
}[RouteKey];
