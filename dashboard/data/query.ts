import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import { useSession } from './session.tsx';

/** Runs `act` every so often while the tab is seen, and at once when it is seen again. */
export function usePolling(act: () => unknown, everyMs: number | undefined): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopped = false;
    const run = async () => {
      clearTimeout(timer);
      if (document.hidden || stopped) return;
      await latest.current();
      if (!stopped) timer = setTimeout(onTime, everyMs);
    };
    const onTime = () => void run();
    timer = setTimeout(onTime, everyMs);
    document.addEventListener('visibilitychange', onTime);
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onTime);
    };
  }, [everyMs]);
}

/** What is known of an answer of the API. */
export type Query<T> = {
  readonly data: T | undefined;
  readonly error: ApiError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => Promise<void>;
};

type QueryState<T> = { readonly of: string | undefined; readonly data?: T; readonly error?: ApiError };

/** The answer to `GET path`, asked for again every so often; of nothing where there is no path. */
export function useQuery<T>(path: string | undefined, everyMs?: number): Query<T> {
  const { api } = useSession();
  return useLoad(path, (signal) => api<T>('GET', path ?? '', undefined, signal), everyMs);
}

/** What `load` gives, anew for each `key`; of nothing where there is no key. */
export function useLoad<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): Query<T> {
  const [state, setState] = useState<QueryState<T>>({ of: undefined });
  const latest = useRef(load);
  latest.current = load;
  const running = useRef<AbortController>(undefined);

  const reload = useCallback(async () => {
    if (key === undefined) return;
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    try {
      const data = await latest.current(controller.signal);
      if (!controller.signal.aborted) setState({ of: key, data });
    } catch (cause) {
      if (controller.signal.aborted) return;
      const error = asApiError(cause);
      setState((before) => ({ of: key, data: before.of === key ? before.data : undefined, error }));
    }
  }, [key]);

  useEffect(() => {
    void reload();
    return () => running.current?.abort();
  }, [reload]);
  usePolling(reload, key === undefined ? undefined : everyMs);

  const isCurrent = state.of === key;
  const data = isCurrent ? state.data : undefined;
  const error = isCurrent ? state.error : undefined;
  return { data, error, isLoading: key !== undefined && !data && !error, reload };
}

/** Trouble that is none of the API's is a fault of this page. */
export function asApiError(cause: unknown): ApiError {
  if (cause instanceof ApiError) return cause;
  return new ApiError(0, 'The dashboard stumbled.', `Reload the page. (${(cause as Error).message})`);
}

/** Something that a person starts: whether it is under way, and what went wrong. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (...args: A) => {
    setBusy(true);
    setError(undefined);
    try {
      await act(...args);
    } catch (cause) {
      setError(asApiError(cause));
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy, error, clear: () => setError(undefined) };
}
