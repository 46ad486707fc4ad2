import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Runtime } from '../../../local/runtime.ts';

type Folders = { assemblyDirectory: string; dataDirectory: string };

/** A runtime in a process of its own, killed when the test ends. */
export async function givenProcess({ assemblyDirectory, dataDirectory }: Folders) {
  const program = fileURLToPath(new URL('./start-runtime.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, assemblyDirectory, dataDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => end(child, 'SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, runtime: JSON.parse(line) as Runtime };
}

/** Sends a process a signal and waits for its end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}
