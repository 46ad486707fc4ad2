import { type ComponentChildren, type ComponentType, createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { BASE } from './data/place.ts';

export type Params = Readonly<Record<string, string>>;
type Place = { readonly path: string; readonly query: URLSearchParams };

/** The path within the dashboard, and what stands behind the `?`. */
function readPlace(): Place {
  const path = location.pathname.slice(BASE.length).replace(/\/+$/, '') || '/';
  return { path, query: new URLSearchParams(location.search) };
}

const PlaceContext = createContext<Place>({ path: '/', query: new URLSearchParams() });
const MOVED = 'cathcr:moved';

/** Goes to a path of the dashboard, such as `/webhooks?status=x`. `replace` leaves no way back to where one was. */
export function navigate(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', BASE + to);
  dispatchEvent(new Event(MOVED));
}

export function RouterProvider({ children }: { readonly children: ComponentChildren }) {
  const [place, setPlace] = useState(readPlace);
  useEffect(() => {
    const follow = () => setPlace(readPlace());
    addEventListener('popstate', follow);
    addEventListener(MOVED, follow);
    return () => {
      removeEventListener('popstate', follow);
      removeEventListener(MOVED, follow);
    };
  }, []);
  return <PlaceContext.Provider value={place}>{children}</PlaceContext.Provider>;
}

export const usePlace = (): Place => useContext(PlaceContext);

type LinkProps = {
  readonly to: string;
  readonly class?: string;
  readonly children: ComponentChildren;
  readonly 'aria-current'?: 'page' | undefined;
  readonly 'aria-label'?: string;
};

/** A link within the dashboard; with a modifier key it opens elsewhere, as any link does. */
export function Link({ to, ...rest }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...rest} href={BASE + to} onClick={follow} />;
}

export type Route = { readonly pattern: string; readonly page: ComponentType<{ params: Params }> };

/** The page of the first route whose pattern (`/webhooks/:id`) is the path. */
export function findRoute(routes: readonly Route[], path: string) {
  for (const { pattern, page } of routes) {
    const params = matchPattern(pattern, path);
    if (params) return { page, params };
  }
  return undefined;
}

/** The parameters of a path; undefined where it is of another pattern. */
function matchPattern(pattern: string, path: string): Params | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = text;
    else if (part !== text) return undefined;
  }
  return params;
}
