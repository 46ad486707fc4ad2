import { execFile } from 'node:child_process';

const TSX = new URL('../../node_modules/.bin/tsx', import.meta.url).pathname;

/** What a command of `bin` does, as `npm run` runs it, without a terminal. */
export function runBin(
  name: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = new URL(`../../bin/${name}.ts`, import.meta.url).pathname;
  return new Promise((resolve) => {
    const child = execFile(TSX, [file, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}
