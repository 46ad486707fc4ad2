import { DEAD_LETTER_COMMANDS, runDeadLetters } from '../bin/dead-letters/run.ts';

/** A dead letter as `dead-letters list --json` prints it, as far as the soak looks at it. */
type Letter = { readonly id: string; readonly reason: string; readonly put_back_at?: string };

/** Longer than the command line takes on a machine that is busy with other runs: ms. */
const PATIENCE_MS = 120_000;

/** Runs a command of `dead-letters` on the system at this URL; what it prints. */
async function run(
  command: keyof typeof DEAD_LETTER_COMMANDS,
  local: string,
  id?: string,
): Promise<string[]> {
  const printed: string[] = [];
  await runDeadLetters(
    DEAD_LETTER_COMMANDS[command],
    { local, id, json: true },
    {
      print: (line) => printed.push(line),
      tell: () => {},
      signal: AbortSignal.timeout(PATIENCE_MS),
      confirm: undefined,
    },
  );
  return printed;
}

/** The dead letters of a system, each as JSON. */
export const listDeadLetters = (url: string): Promise<string[]> => run('list', url);

/**
 * Does what the runbook has an operator do after an outage: puts back what was received as often as a message may be, as
 * one that is alone on its queue meets every call of an outage. What functions put aside with a reason stays, and so does
 * what was put back before.
 * @returns how many were put back
 */
export async function putBackAfterOutage(url: string): Promise<number> {
  const letters = (await listDeadLetters(url)).map((line) => JSON.parse(line) as Letter);
  const ofOutages = letters.filter(
    ({ reason, put_back_at: before }) => reason.startsWith('was received too often') && !before,
  );
  for (const { id } of ofOutages) await run('redrive', url, id);
  return ofOutages.length;
}
