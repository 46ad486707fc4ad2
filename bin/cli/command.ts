import type { Api } from './api.ts';

/** An option: `value` is how its value is called in the help, and absent where it is a switch; `many` may be given. */
type Option = { readonly value?: string; readonly many?: true; readonly help: string };
export type OptionsSpec = Readonly<Record<string, Option>>;

/** The options that were given. */
export type Values<O extends OptionsSpec> = {
  readonly [K in keyof O]?: ValueOf<O[K]> | undefined;
};
type ValueOf<O> = O extends { many: true }
  ? readonly string[]
  : O extends { value: string }
    ? string
    : boolean;

/** What a command works with. */
export type Session = {
  /** The API, with the caller's key; made when it is first asked for. */
  readonly api: () => Api;
  readonly json: boolean;
  /** Ends what would go on: Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly readInput: () => Promise<string>;
  /** Asks a person; undefined where there is no terminal. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Writes a line of what was asked for. */
  readonly print: (line: string) => void;
  /** Writes a line of progress or trouble. */
  readonly tell: (line: string) => void;
  /** Writes a line of progress over the one before; undefined where there is no terminal. */
  readonly redraw: ((line: string) => void) | undefined;
};

/** A command as its help tells of it, and what it does. */
export type Command = {
  readonly summary: string;
  /** The arguments it takes, all of them needed, such as `WEBHOOK_ID`. */
  readonly takes: readonly string[];
  readonly options: OptionsSpec;
  /** What else there is to know. */
  readonly about?: string;
  /** How it is used: a line of the shell, and what that does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly run: (session: Session, args: readonly string[], values: Values<OptionsSpec>) => Promise<void>;
};

/** A command whose `run` is given its options by their types. */
export function defineCommand<const O extends OptionsSpec>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    readonly run: (session: Session, args: readonly string[], values: Values<O>) => Promise<void>;
  },
): Command {
  return command as unknown as Command;
}

/** What a command ends with where what it asked for came to nothing: told already, exit code 1. */
export class Unsuccessful extends Error {}
