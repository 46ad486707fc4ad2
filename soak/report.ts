/** What a run came to. */
export type SoakReport = {
  readonly seed: number;
  readonly events: number;
  /** Events that the system has said it took: a producer that heard nothing cannot know. */
  readonly certain: number;
  readonly deliveries: number;
  readonly requests: number;
  /** Requests of deliveries that their receiver had accepted before. */
  readonly repeats: number;
  /** Messages that an outage made dead letters of, and that were put back when it was over. */
  readonly putBack: number;
  readonly lost: number;
  /** How often the runtime was killed. */
  readonly kills: number;
  /** How long it took. */
  readonly seconds: number;
  /** What was made to go wrong, by kind. */
  readonly injected: Readonly<Record<string, number>>;
  /** How many more attempts the statistics tell of than there were requests. */
  readonly statisticsOff: number;
  /** What is wrong, in words: nothing, if all is well. */
  readonly faults: readonly string[];
};
