import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Account, start } from '../local/runtime.ts';

/** Where a system runs, how to reach it, and how to end it. */
export type Host = {
  /** Of the runtime that runs now: another one after a kill. */
  readonly account: () => Account & { readonly url: string };
  /** Kills the runtime and starts another on the same data; undefined where it has none. */
  readonly killAndRestart: (() => Promise<void>) | undefined;
  readonly stop: () => Promise<void>;
};

/** A runtime in this process, which forgets everything. */
export async function hostHere(assemblyDirectory: string): Promise<Host> {
  const runtime = await start({ assemblyDirectory, port: 0 });
  return { account: () => runtime, killAndRestart: undefined, stop: () => runtime.stop() };
}

const PROGRAM = fileURLToPath(new URL('./host-process.ts', import.meta.url));

/** A runtime in a process of its own, with its data in a folder, to be killed at any moment. */
export async function hostInProcess(assemblyDirectory: string, dataDirectory: string): Promise<Host> {
  const begin = async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, assemblyDirectory, dataDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    return { child, ended, account: JSON.parse(line) as Account & { url: string } };
  };
  let running = await begin();
  let restarting = Promise.resolve();
  /** Ends the runtime, which may have ended by itself. */
  const kill = async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  };
  return {
    account: () => running.account,
    killAndRestart: () => {
      restarting = kill()
        .then(begin)
        .then((begun) => void (running = begun));
      return restarting;
    },
    stop: () => restarting.then(kill),
  };
}
