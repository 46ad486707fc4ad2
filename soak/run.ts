import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { quietSdk } from '../bin/quiet-sdk.ts';
import { synthesize } from '../local/synthesize.ts';
import { hostInProcess } from './hosts.ts';
import { type SoakOptions, type SoakReport, soak } from './soak.ts';

const USAGE = `Usage: npm run soak -- [--events N] [--kills N] [--seeds N,…]

  Runs the whole system on this machine under injected faults, and proves that nothing was lost.

  --events  how many events are published (10000)
  --kills   how often the system is killed and started again on its data (5)
  --seeds   what chance goes by, comma separated; one that is made up, and told, where there is none`;

/** A line of progress is printed no more often: ms. */
const PROGRESS_MS = 5000;

function readOptions() {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '10000' },
      kills: { type: 'string', default: '5' },
      seeds: { type: 'string', default: String(randomInt(2 ** 31)) },
      help: { type: 'boolean', default: false },
    },
  });
  const numbers = [values.events, values.kills, ...values.seeds.split(',')].map(Number);
  if (values.help || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    return undefined;
  const [events = 0, kills = 0, ...seeds] = numbers;
  return { events, kills, seeds };
}

function createProgress() {
  let toldAt = 0;
  return (message: string) => {
    if (Date.now() - toldAt < PROGRESS_MS) return;
    toldAt = Date.now();
    console.log(`  ${message}`);
  };
}

async function soakAndTell(options: SoakOptions): Promise<SoakReport> {
  try {
    const report = await soak({ ...options, onProgress: createProgress() });
    console.log(`  injected: ${JSON.stringify(report.injected)}`);
    for (const fault of report.faults) console.log(`  WRONG: ${fault}`);
    return report;
  } finally {
    await options.host.stop();
  }
}

/** The figures of a run in a row of a table. */
function summarize({ injected, faults, ...figures }: SoakReport) {
  const { killed = 0, 'timed-out': timedOut = 0, ...others } = injected;
  const injectedFaults = Object.values(others).reduce((sum, count) => sum + count, 0);
  return Object.assign(figures, {
    injected: injectedFaults,
    interrupted: killed + timedOut,
    wrong: faults.length,
  });
}

async function main(): Promise<boolean> {
  const options = readOptions();
  if (!options) {
    console.error(USAGE);
    return false;
  }
  const { events, kills, seeds } = options;
  const folder = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-soak-'));
  try {
    const assemblyDirectory = join(folder, 'assembly');
    console.log(`Node ${process.version} on ${cpus().length} × ${cpus()[0]?.model}. Synthesizing the stack…`);
    await synthesize({ stage: 'local', outputDirectory: assemblyDirectory, context: {} });
    const reports: SoakReport[] = [];
    for (const seed of seeds) {
      console.log(`\nSeed ${seed}: ${events} events, ${kills} kills`);
      const host = await hostInProcess(assemblyDirectory, join(folder, `data-${seed}`));
      reports.push(await soakAndTell({ seed, events, kills, host }));
    }
    console.log();
    console.table(reports.map(summarize));
    return reports.every(({ faults }) => faults.length === 0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

quietSdk();
process.exitCode = (await main()) ? 0 : 1;
