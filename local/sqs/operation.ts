import type { Clock } from '../clock.ts';
import type { Input } from './input.ts';
import type { Queues } from './queues.ts';

export type SqsContext = {
  readonly queues: Queues;
  readonly clock: Clock;
  /** Who calls. */
  readonly senderId: string;
};

/** One operation of the protocol: what is asked, and the answer's members. */
export type Operation = (context: SqsContext, input: Input) => object | Promise<object>;
