import { functionNameOf } from '../aws/account.ts';
import type { Clock } from '../clock.ts';
import type { Interruptions } from '../faults/interruptions.ts';
import type { Meter } from '../meter/meter.ts';
import { LambdaFunction } from './function.ts';
import type { FunctionSettings } from './settings.ts';

/** Called with a line that a function wrote. */
export type OnFunctionLog = (functionLogicalName: string, line: string) => void;

type FunctionsOptions = {
  readonly clock: Clock;
  readonly onLog: OnFunctionLog;
  readonly interruptions: Interruptions;
  readonly meter: Meter | undefined;
  /** How many instances a function may have. */
  readonly maximumInstancesOf: (settings: FunctionSettings) => number;
};

/** The functions of the stack, by name. */
export class Functions {
  readonly #byName: ReadonlyMap<string, LambdaFunction>;

  constructor(
    settings: readonly FunctionSettings[],
    { clock, onLog, interruptions, meter, maximumInstancesOf }: FunctionsOptions,
  ) {
    this.#byName = new Map(
      settings.map((each) => [
        each.name,
        new LambdaFunction({
          settings: each,
          clockOffset: clock.sharedOffset,
          interruptions,
          onLog: (line) => {
            meter?.addLogLine(line);
            onLog(each.logicalId, line);
          },
          onInvoked: (times) => meter?.addInvocation(each, times),
          maximumInstances: maximumInstancesOf(each),
        }),
      ]),
    );
  }

  /**
   * The function of a name, an ARN, or an integration's URI with the ARN in it.
   * @throws Error where it is none that the runtime can run
   */
  require(nameOrArn: string, user: string): LambdaFunction {
    const found = this.#byName.get(functionNameOf(nameOrArn));
    if (found) return found;
    throw new Error(`${user} needs ${nameOrArn}, which is no Node function with its code in the assembly`);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((each) => each.stop()));
  }
}
