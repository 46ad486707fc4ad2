import { text } from 'node:stream/consumers';
import { confirm } from '../confirm.ts';
import { quietSdk } from '../quiet-sdk.ts';
import { run } from './run.ts';

quietSdk();
// A reader that has seen enough, such as head, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// The first Ctrl-C ends what goes on in order; a second ends the process.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  signal: stop.signal,
  now: Date.now,
  readInput: () => text(process.stdin),
  confirm: process.stdin.isTTY ? confirm : undefined,
  print: console.log,
  tell: console.error,
  redraw: process.stderr.isTTY ? (line) => process.stderr.write(`\r${line}\u001b[K`) : undefined,
});
