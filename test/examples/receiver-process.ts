import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../e2e/system.ts';

/** A receiver that runs as its reader would run it, in a process of its own. */
export type ReceiverProcess = {
  /** Where to point a webhook. */
  readonly url: string;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/**
 * Starts a receiver on a port of its own, and waits until it listens: until it prints its address.
 * @param code given to the command by standard input, where there is no file
 * @throws Error with what it printed, where it ends before that
 */
export async function startReceiver(
  command: string,
  args: readonly string[],
  { cwd, env, code }: { cwd?: string; env: Record<string, string>; code?: string },
): Promise<ReceiverProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(command, args, { cwd, env: { PATH, HOME, PORT: '0', ...env } });
  child.stdin.end(code);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const stop = () => end(child);
  try {
    const port = await eventually(async () => {
      const address = /https?:\/\/[\w.]+:(\d+)/.exec(output)?.[1];
      if (!address) throw new Error(`the receiver does not listen: ${output}`);
      return address;
    });
    return { url: `http://127.0.0.1:${port}/webhooks/cathcr`, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
