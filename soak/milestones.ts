/** What is done when a run has come so far: from 0 to 1. */
type Milestone = { readonly share: number; readonly act: () => Promise<void> };

/** The same act at so many points, spread evenly over a run. */
export const spread = (count: number, act: () => Promise<void>): Milestone[] =>
  Array.from({ length: count }, (_, index) => ({ share: (index + 1) / (count + 1), act }));

/** Acts when a run has come so far, one after the other, while the run goes on. */
export function createMilestones(events: number, milestones: readonly Milestone[]) {
  const waiting = milestones.toSorted((a, b) => a.share - b.share);
  let acting = Promise.resolve();
  return (number: number): Promise<void> => {
    const [next] = waiting;
    if (!next || number < next.share * events) return Promise.resolve();
    waiting.shift();
    acting = acting.then(next.act);
    return acting;
  };
}
