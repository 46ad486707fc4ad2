import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

/** A project of a customer that has the package as it is published, and Express. */
export type Project = {
  readonly folder: string;
  readonly files: readonly string[];
  readonly write: (name: string, text: string) => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** Packs the package as `npm publish` would, and puts what came out into a project of its own. */
export async function givenProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-receiver-'));
  const modules = join(folder, 'node_modules');
  const installed = join(modules, '@cathcr/webhooks-receiver');
  await mkdir(installed, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join(ROOT, 'packages/receiver'),
  });
  const [packed] = JSON.parse(stdout);
  await run('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1']);
  for (const name of ['express', '@types'])
    await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  return {
    folder,
    files: packed.files.map(({ path }: { path: string }) => path),
    write: (name, text) => writeFile(join(folder, name), text),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
