import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from './api.ts';
import { asApiError, usePolling } from './query.ts';
import { mergeNewest, type Rows } from './rows.ts';
import { useSession } from './session.tsx';
import type { DeliveryList } from './types.ts';

/** Which deliveries are looked at; what is absent is not asked. */
export type DeliveryFilter = {
  readonly status?: string | undefined;
  readonly event?: string | undefined;
  /** ISO 8601. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
};

/** How often the newest are asked for, while they are watched. */
const LIVE_MS = 2500;
const PAGE = 25;
/** So many pages are walked for one row: where a filter is narrow, most are empty. */
const MAX_WALK = 10;

/**
 * The deliveries of a webhook, newest first, kept up to date while the tab is seen. Pages go by cursor, which costs
 * the same at any depth and counts nothing.
 */
export function useLiveDeliveries(webhookId: string, filter: DeliveryFilter) {
  const { api } = useSession();
  const [known, setKnown] = useState<Rows>();
  const [error, setError] = useState<ApiError>();
  const [isLoadingMore, setLoadingMore] = useState(false);
  const key = JSON.stringify([webhookId, filter]);
  const current = useRef(key);

  const ask = useCallback(
    async (cursor: string): Promise<Rows> => {
      const given = Object.entries(filter).filter((entry): entry is [string, string] => Boolean(entry[1]));
      const query = new URLSearchParams([...given, ['limit', String(PAGE)], ['cursor', cursor]]);
      const { deliveries, pagination } = await api<DeliveryList>(
        'GET',
        `/webhooks/${webhookId}/deliveries?${query}`,
      );
      return { rows: deliveries, nextCursor: pagination.next_cursor };
    },
    [api, key],
  );

  /** The page at a cursor; the next that has a row in it, where it is empty. */
  const walk = useCallback(
    async (from: string): Promise<Rows> => {
      let page = await ask(from);
      for (
        let pages = 1;
        page.rows.length === 0 && page.nextCursor !== null && pages < MAX_WALK;
        pages += 1
      ) {
        page = await ask(page.nextCursor);
      }
      return page;
    },
    [ask],
  );

  const load = async (act: () => Promise<(before: Rows | undefined) => Rows>) => {
    try {
      const change = await act();
      if (current.current !== key) return;
      setKnown(change);
      setError(undefined);
    } catch (cause) {
      if (current.current === key) setError(asApiError(cause));
    }
  };

  const refresh = () =>
    load(async () => {
      const page = await (known ? ask('') : walk(''));
      return (before) => (before ? mergeNewest(before, page) : page);
    });
  const loadMore = async () => {
    const cursor = known?.nextCursor;
    if (!cursor) return;
    setLoadingMore(true);
    await load(async () => {
      const page = await walk(cursor);
      return (before) => ({ rows: [...(before?.rows ?? []), ...page.rows], nextCursor: page.nextCursor });
    });
    setLoadingMore(false);
  };

  useEffect(() => {
    current.current = key;
    setKnown(undefined);
    void load(async () => {
      const page = await walk('');
      return () => page;
    });
  }, [key]);
  usePolling(refresh, LIVE_MS);

  return { known, error, refresh, loadMore, isLoadingMore };
}
