import { createInterface } from 'node:readline/promises';

/** Asks on the terminal; only `yes` is yes, and a terminal that is closed says no. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''));
  });
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return answer.trim() === 'yes';
}
