import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quietSdk } from '../bin/quiet-sdk.ts';
import { measureColdStart } from './cold-start.ts';
import { measureCost } from './cost.ts';
import { measureCpu } from './cpu.ts';
import { measureHistory } from './history.ts';
import { measureLatency } from './latency.ts';
import { describeRun, showRun } from './machine.ts';
import { measureNeighbour } from './neighbour.ts';
import { measureOrder } from './order.ts';
import { showTable, type Table } from './table.ts';
import { measureTenants } from './tenants.ts';

/** The parts of the bench by name. */
const PARTS: Record<string, () => Promise<Table[]>> = {
  cost: measureCost,
  cpu: measureCpu,
  'cold-start': measureColdStart,
  latency: measureLatency,
  history: measureHistory,
  neighbour: measureNeighbour,
  order: measureOrder,
  tenants: measureTenants,
};

const RESULTS = join(import.meta.dirname, 'results');

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

quietSdk();
await mkdir(RESULTS, { recursive: true });
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const run = await describeRun();
  console.log(`\n## ${name}\n${showRun(run)}`);
  const tables = (await PARTS[name]?.()) ?? [];
  for (const table of tables) console.log(showTable(table));
  const file = join(RESULTS, `${name}.json`);
  await writeFile(file, `${JSON.stringify({ part: name, ...run, tables }, null, 2)}\n`);
}
console.log(`\nThe figures as JSON: ${RESULTS}`);
