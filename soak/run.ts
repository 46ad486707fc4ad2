import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describeRun, showRun } from '../bench/machine.ts';
import { showTable } from '../bench/table.ts';
import { quietSdk } from '../bin/quiet-sdk.ts';
import { synthesize } from '../local/synthesize.ts';
import { hostInProcess } from './hosts.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import type { SoakReport } from './report.ts';
import { soak } from './soak.ts';
import { summarize } from './summary.ts';

/** A line of progress of a run is printed no more often: ms. */
const PROGRESS_MS = 5000;

const RESULTS = join(import.meta.dirname, 'results');

/** Tells what a run has come to, now and then. */
function createProgress(seed: number) {
  let toldAt = 0;
  return (message: string) => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    console.log(`  seed ${seed}: ${message}`);
  };
}

/** So much of what is wrong with a run is printed; all of it is in its report. */
const MAX_SHOWN = 30;

/**
 * One run, on data of its own, which are kept where something is wrong; undefined where it came to no end, as it then
 * tells: others go on.
 */
async function runSeed(
  seed: number,
  { events, kills }: Options,
  folder: string,
): Promise<SoakReport | undefined> {
  console.log(`Seed ${seed}: ${events} events, ${kills} kills`);
  const dataDirectory = join(folder, `data-${seed}`);
  const host = await hostInProcess(join(folder, 'assembly'), dataDirectory);
  try {
    const report = await soak({ seed, events, kills, host, onProgress: createProgress(seed) });
    console.log(`Seed ${seed}: ${report.seconds} s, ${report.lost} lost, ${report.faults.length} wrong`);
    for (const fault of report.faults.slice(0, MAX_SHOWN)) console.log(`  seed ${seed}: WRONG: ${fault}`);
    await host.stop();
    await (report.faults.length > 0 ? keepData(seed, dataDirectory) : rm(dataDirectory, { recursive: true }));
    return report;
  } catch (error) {
    console.log(`Seed ${seed}: FAILED: ${inspect(error)}`);
    await host.stop();
    await keepData(seed, dataDirectory);
    return undefined;
  }
}

/** Keeps what a run has left, for whoever looks for what went wrong: it can be started again by `DATA_DIR`. */
async function keepData(seed: number, dataDirectory: string): Promise<void> {
  const kept = await mkdtemp(join(tmpdir(), `cathcr-webhooks-soak-seed-${seed}-`));
  await rename(dataDirectory, join(kept, 'data'));
  console.log(`  seed ${seed}: its data, and what its functions warned of: ${join(kept, 'data')}`);
}

async function runAll(options: Options, folder: string): Promise<boolean> {
  const about = { ...(await describeRun()), ...options };
  console.log(showRun(about));
  await synthesize({ stage: 'local', outputDirectory: join(folder, 'assembly'), context: {} });
  await mkdir(RESULTS, { recursive: true });
  const file = join(RESULTS, `${about.at.replaceAll(':', '-')}.json`);

  const waiting = [...options.seeds];
  const reports: SoakReport[] = [];
  const runOn = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const report = await runSeed(seed, options, folder);
      if (report) reports.push(report);
      reports.sort((a, b) => a.seed - b.seed);
      const tables = summarize(reports);
      await writeFile(file, `${JSON.stringify({ ...about, tables, reports }, null, 2)}\n`);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, runOn));
  for (const table of summarize(reports)) console.log(showTable(table));
  console.log(`\nThe figures as JSON: ${file}`);
  const good = reports.filter(({ faults }) => faults.length === 0);
  return good.length === options.seeds.length;
}

async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.error(USAGE);
    return false;
  }
  const folder = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-soak-'));
  try {
    return await runAll(options, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

quietSdk();
process.exitCode = (await main()) ? 0 : 1;
