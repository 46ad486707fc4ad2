import { type Query, useLoad } from './query.ts';
import { useSession } from './session.tsx';
import { loadSummary, type Period, type Summary } from './statistics.ts';

/** Statistics are added up in batches, and are asked for again so often. */
const REFRESH_MS = 30_000;

/** The statistics of some webhooks together, over a period; of nothing while it is not known which. */
export function useSummary(webhookIds: readonly string[] | undefined, period: Period): Query<Summary> {
  const { api } = useSession();
  const key = webhookIds && [period, ...webhookIds].join();
  return useLoad(key, (signal) => loadSummary(api, webhookIds ?? [], period, signal), REFRESH_MS);
}
