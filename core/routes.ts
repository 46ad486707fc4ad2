/** What an API key may be allowed to do. */
export const SCOPES = ['webhooks:read', 'webhooks:write', 'events:publish'] as const;
export type Scope = (typeof SCOPES)[number];

type Route = {
  /** The API function (a file of `lambdas/`) that answers. */
  readonly function: 'webhooks' | 'deliveries' | 'events' | 'public';
  /** What the caller's API key must allow; `public` takes no key. */
  readonly access: Scope | 'public';
};

/**
 * Every route of the HTTP API, by its API Gateway route key. The stack makes its routes from it, the handlers
 * take their access from it, and the answer to an unknown path (404, 405) is found in it.
 */
export const ROUTES = {
  'POST /webhooks': { function: 'webhooks', access: 'webhooks:write' },
  'GET /webhooks': { function: 'webhooks', access: 'webhooks:read' },
  'GET /webhooks/{webhook_id}': { function: 'webhooks', access: 'webhooks:read' },
  'PATCH /webhooks/{webhook_id}': { function: 'webhooks', access: 'webhooks:write' },
  'DELETE /webhooks/{webhook_id}': { function: 'webhooks', access: 'webhooks:write' },
  'POST /webhooks/{webhook_id}/filter/test': { function: 'webhooks', access: 'webhooks:read' },
  'POST /webhooks/{webhook_id}/secret/rotate': { function: 'webhooks', access: 'webhooks:write' },
  'POST /webhooks/{webhook_id}/secret/rotate/end': { function: 'webhooks', access: 'webhooks:write' },
  'GET /webhooks/{webhook_id}/deliveries': { function: 'deliveries', access: 'webhooks:read' },
  'GET /webhooks/{webhook_id}/deliveries/{delivery_id}': { function: 'deliveries', access: 'webhooks:read' },
  'GET /webhooks/{webhook_id}/logs': { function: 'deliveries', access: 'webhooks:read' },
  'GET /webhooks/{webhook_id}/stats': { function: 'deliveries', access: 'webhooks:read' },
  'POST /webhooks/{webhook_id}/test': { function: 'deliveries', access: 'webhooks:write' },
  'POST /webhooks/{webhook_id}/replay/{delivery_id}': { function: 'deliveries', access: 'webhooks:write' },
  'POST /webhooks/{webhook_id}/recoveries': { function: 'deliveries', access: 'webhooks:write' },
  'GET /webhooks/{webhook_id}/recoveries': { function: 'deliveries', access: 'webhooks:read' },
  'GET /webhooks/{webhook_id}/recoveries/{recovery_id}': { function: 'deliveries', access: 'webhooks:read' },
  'POST /webhooks/{webhook_id}/recoveries/{recovery_id}/cancel': {
    function: 'deliveries',
    access: 'webhooks:write',
  },
  'POST /events': { function: 'events', access: 'events:publish' },
  'GET /event-types': { function: 'public', access: 'public' },
  'GET /ip-ranges': { function: 'public', access: 'public' },
  'GET /openapi.json': { function: 'public', access: 'public' },
} as const satisfies Record<string, Route>;

export type RouteKey = keyof typeof ROUTES;

/** The route keys that one API function answers. */
export type RouteKeyOf<F extends Route['function']> = {
  [K in RouteKey]: (typeof ROUTES)[K]['function'] extends F ? K : never;
}[RouteKey];

/** The route keys that take an API key. */
export type PrivateRouteKey = Exclude<RouteKey, RouteKeyOf<'public'>>;

const ROUTE_PATTERNS = Object.keys(ROUTES).map((routeKey) => {
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    method,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  };
});

/** The methods that a path takes; none where there is no such path. */
export function methodsOf(path: string): string[] {
  return ROUTE_PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
}
