import { useEffect, useRef, useState } from 'preact/hooks';
import { useQuery } from './query.ts';
import { useSession } from './session.tsx';
import type { Delivery, DeliveryList, Recovery, RecoveryList } from './types.ts';

/** How often they are asked for: while one runs, and while none does. */
const LIVE_MS = 1500;
const IDLE_MS = 15_000;

/** What a recovery replays, in words. */
export const RECOVERED: Readonly<Record<Recovery['status'], string>> = {
  missed: 'All that was missed',
  failed: 'What was given up',
  skipped: 'What was kept and not sent',
};

const STATUSES: Readonly<Record<Recovery['status'], readonly Delivery['status'][]>> = {
  failed: ['exhausted', 'cancelled'],
  skipped: ['skipped'],
  missed: ['exhausted', 'cancelled', 'skipped'],
};

/** The latest recoveries of a webhook, newest first, kept up to date while the tab is seen. */
export function useRecoveries(webhookId: string) {
  const [isLive, setLive] = useState(true);
  const query = useQuery<RecoveryList>(
    `/webhooks/${webhookId}/recoveries?limit=10`,
    isLive ? LIVE_MS : IDLE_MS,
  );
  const isRunning = query.data?.recoveries.some(({ state }) => state === 'running') ?? true;
  useEffect(() => setLive(isRunning), [isRunning]);
  return query;
}

/** About how many deliveries a recovery has to replay in all, as far as the API counts; undefined while that is not known. */
export function useExpected(recovery: Recovery): number | undefined {
  const { api } = useSession();
  const [expected, setExpected] = useState<number>();
  const begun = useRef(recovery);
  useEffect(() => {
    const { webhook_id, since, until, status, replayed } = begun.current;
    const counts = STATUSES[status].map(async (each) => {
      const query = new URLSearchParams({ status: each, since, until, limit: '1' });
      const { pagination } = await api<DeliveryList>('GET', `/webhooks/${webhook_id}/deliveries?${query}`);
      return pagination.total ?? 0;
    });
    // Without it there is a bar that tells no length, which is no trouble to tell of.
    Promise.all(counts).then(
      (totals) => setExpected(totals.reduce((sum, total) => sum + total, replayed)),
      () => undefined,
    );
  }, [api, recovery.id]);
  return expected;
}
