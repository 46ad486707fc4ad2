import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

const CLI = new URL('../../bin/cathcr-webhooks.js', import.meta.url).pathname;

/** What `npx cathcr-webhooks` runs, in a process of its own. */
export function spawnCli(
  args: readonly string[],
  env: Record<string, string>,
): ChildProcessWithoutNullStreams {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [CLI, ...args], { env: { PATH, HOME, ...env } });
}
