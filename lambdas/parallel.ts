/**
 * How many calls a list is worked off by at once. A client of the SDK has 50 sockets, and what waits for one of them
 * counts as a connection that is not made: after a second it is given up.
 */
export const MAX_PARALLEL = 8;

/** Does something with each item, `MAX_PARALLEL` of them at a time; the results in the order of the items. */
export async function mapParallel<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [index, item] of waiting) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: MAX_PARALLEL }, work));
  return results;
}

/** What has come of those that were fulfilled, once all are settled. */
export async function takeFulfilled<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}
