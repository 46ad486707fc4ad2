import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);

/** What the figures depend on besides Node: the client of the table, and what stands for the table. */
const PACKAGES = ['@aws-sdk/client-dynamodb', 'dynalite'];

const versionOf = (name: string) => `${name} ${require(`${name}/package.json`).version}`;

const git = async (...args: string[]) =>
  (await promisify(execFile)('git', args, { cwd: import.meta.dirname })).stdout.trim();

/** The commit that is run, and whether anything in the folder differs from it; unknown without git. */
async function describeCode(): Promise<string> {
  try {
    const isChanged = (await git('status', '--porcelain', '--untracked-files=no')) !== '';
    return `${await git('rev-parse', '--short', 'HEAD')}${isChanged ? ' and changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** What was measured, where and with what. */
export const describeRun = async () => ({
  at: new Date().toISOString(),
  commit: await describeCode(),
  node: process.version,
  packages: PACKAGES.map(versionOf),
  machine: `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  load: loadavg()[0]?.toFixed(2),
});

/** That in one line. */
export const showRun = ({
  at,
  commit,
  node,
  packages,
  machine,
  load,
}: Awaited<ReturnType<typeof describeRun>>) =>
  `Node ${node}, ${packages.join(', ')}, on ${machine}; ${at}, commit ${commit}, load ${load}`;
