import { execFile } from 'node:child_process';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };

const PROJECT = join(import.meta.dirname, '../..');

/** What `npm run` does with a script of `package.json` and these arguments, without a terminal. */
export function runScript(
  name: keyof (typeof manifest)['scripts'],
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [command = '', ...words] = manifest.scripts[name].split(' ');
  const file = join(PROJECT, 'node_modules/.bin', command);
  return new Promise((resolve) => {
    const child = execFile(file, [...words, ...args], { cwd: PROJECT }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
    child.stdin?.end();
  });
}
