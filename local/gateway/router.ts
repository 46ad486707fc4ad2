export type Route<T> = { readonly key: string; readonly target: T };
export type RouteMatch<T> = {
  readonly route: Route<T>;
  /** The values of the path's parameters, decoded; undefined where it has none. */
  readonly pathParameters: Record<string, string> | undefined;
};

type Compiled<T> = {
  readonly route: Route<T>;
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly rank: string;
};
type Segment = { readonly kind: 'text' | 'parameter' | 'rest'; readonly text: string };

/** How the kinds of segments rank: the more exact the better. */
const RANKS = { text: '0', parameter: '1', rest: '2' } as const;

/** Finds the route of a request as API Gateway does: the most specific path, its own method before ANY, $default last. */
export function createRouter<T>(
  routes: readonly Route<T>[],
): (method: string, path: string) => RouteMatch<T> | undefined {
  const compiled = routes
    .filter(({ key }) => key !== '$default')
    .map(compile)
    .sort(compareRanks);
  const fallback = routes.find(({ key }) => key === '$default');
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = matchSegments(candidate.segments, segments);
      if (pathParameters) return { route: candidate.route, pathParameters: emptyToUndefined(pathParameters) };
    }
    return fallback && { route: fallback, pathParameters: undefined };
  };
}

function compile<T>(route: Route<T>): Compiled<T> {
  const [method = '', path = ''] = route.key.split(' ');
  const segments = path.split('/').slice(1).map(compileSegment);
  const rank = segments.map(({ kind }) => RANKS[kind]).join('') + (method === 'ANY' ? '1' : '0');
  return { route, method, segments, rank };
}

function compileSegment(text: string): Segment {
  const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(text) ?? [];
  if (!name) return { kind: 'text', text };
  return { kind: plus ? 'rest' : 'parameter', text: name };
}

function compareRanks(a: { rank: string }, b: { rank: string }): number {
  if (a.rank === b.rank) return 0;
  return a.rank < b.rank ? -1 : 1;
}

function matchSegments(
  pattern: readonly Segment[],
  segments: readonly string[],
): Record<string, string> | undefined {
  const isOpen = pattern.at(-1)?.kind === 'rest';
  if (isOpen ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, { kind, text }] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (kind === 'rest') parameters[text] = decode(segments.slice(index).join('/'));
    else if (segment === '' && kind === 'parameter') return undefined;
    else if (kind === 'parameter') parameters[text] = decode(segment);
    else if (text !== segment) return undefined;
  }
  return parameters;
}

/** Decoded, or as it is where it is not well encoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function emptyToUndefined(parameters: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(parameters).length > 0 ? parameters : undefined;
}
