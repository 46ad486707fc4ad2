import { UsageError } from '../command-line.ts';
import { connectApi } from './api.ts';
import { type Session, Unsuccessful } from './command.ts';
import { nameOf, readCommandLine } from './command-line.ts';
import { plain } from './show.ts';

/** What a command finds around it. */
export type Surroundings = Omit<Session, 'api' | 'json'> & {
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** @throws UsageError where there is no address of the API */
function openApi(given: string | undefined, { CATHCR_API_URL, CATHCR_API_KEY }: Surroundings['env']) {
  const address = given ?? CATHCR_API_URL;
  if (!address) throw new UsageError("--api-url is missing: give the API's address, or set CATHCR_API_URL");
  if (!/^https?:/.test(address) || !URL.canParse(address)) {
    throw new UsageError(`the API's address is an http or https URL, not ${address}`);
  }
  return connectApi(address, CATHCR_API_KEY || undefined);
}

/**
 * Does what a command line says, and tells what went wrong.
 * @returns the exit code: 0 it worked, 1 it did not, 2 the command line is wrong
 */
export async function run(argv: readonly string[], { env, ...rest }: Surroundings): Promise<number> {
  try {
    const invocation = readCommandLine(argv);
    if (invocation.help !== undefined) rest.print(invocation.help);
    else {
      const { command, args, values, apiUrl, json } = invocation;
      await command.run({ ...rest, json, api: () => openApi(apiUrl, env) }, args, values);
    }
    return 0;
  } catch (error) {
    return reportFault(error, argv, rest.tell);
  }
}

function reportFault(error: unknown, argv: readonly string[], tell: Session['tell']): number {
  const { code, message } = error as NodeJS.ErrnoException;
  const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  const help = ['cathcr-webhooks', nameOf(argv) ?? [], '--help'].flat().join(' ');
  if (isUsage) tell(plain(`${message}\n\nFor more: ${help}`));
  else tell(plain(error instanceof Unsuccessful ? message : `It did not work: ${message}`));
  return isUsage ? 2 : 1;
}
