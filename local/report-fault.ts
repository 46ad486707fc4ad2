import { inspect } from 'node:util';

/** Tells of a fault of the runtime's own, which nobody else can be told of. */
export function reportFault(what: string, error: unknown): void {
  process.stderr.write(`local runtime: ${what}: ${inspect(error)}\n`);
}
