import type { Interceptor } from '../aws/dispatch.ts';
import { ConnectionResetError } from './connection-reset.ts';
import type { Faults } from './faults.ts';
import { INVOCATION_FAULTS } from './plan.ts';

export type Interruption = (typeof INVOCATION_FAULTS)[number];

/** An invocation that begins: of which instance (its session token) and function, and how it can be ended. */
type Subject = {
  readonly sessionToken: string;
  readonly functionName: string;
  readonly end: (how: Interruption) => void;
};

type Doom = { callsLeft: number; readonly isAfterCall: boolean; readonly strike: () => void };

/**
 * An invocation dies before or after one of so many calls, an early one rather than a late one: most invocations make
 * few, and one that makes fewer gets away.
 */
const MAX_CALLS = 60;

/** Ends invocations between two of their effects: right before a call, or right after it and before its answer. */
export class Interruptions {
  readonly #faults: Faults;
  readonly #dooms = new Map<string, Doom>();
  /** The instances that were ended, which may live a little longer. */
  readonly #ended = new Set<string>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Lets chance decide about an invocation. @returns what is to be called when it has ended by itself */
  begin({ sessionToken, functionName, end }: Subject): () => void {
    const fault = this.#faults.draw(INVOCATION_FAULTS, functionName);
    if (!fault) return () => {};
    const point = Math.floor(fault.chance ** 2 * MAX_CALLS * 2);
    this.#dooms.set(sessionToken, {
      callsLeft: Math.floor(point / 2),
      isAfterCall: point % 2 === 1,
      strike: () => {
        this.#faults.count(fault.kind);
        this.#ended.add(sessionToken);
        end(fault.kind);
      },
    });
    return () => this.#dooms.delete(sessionToken);
  }

  readonly intercept: Interceptor = async (call, next) => {
    const sessionToken = String(call.headers['x-amz-security-token']);
    if (this.#ended.has(sessionToken)) throw new ConnectionResetError('the caller was ended');
    const doom = this.#dooms.get(sessionToken);
    if (!doom || doom.callsLeft-- > 0) return next(call);
    this.#dooms.delete(sessionToken);
    try {
      if (doom.isAfterCall) await next(call);
    } finally {
      doom.strike();
    }
    throw new ConnectionResetError('the caller is gone');
  };
}
