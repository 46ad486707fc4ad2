import { cpus, totalmem } from 'node:os';
import { measureHistory } from './history.ts';
import { measureNeighbour } from './neighbour.ts';

/** The parts of the bench by name: each prints what it finds. */
const PARTS: Record<string, () => Promise<void>> = {
  history: measureHistory,
  neighbour: measureNeighbour,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const [cpu] = cpus();
console.log(
  `Node ${process.version} on ${cpus().length} × ${cpu?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  console.log(`\n## ${name}`);
  await PARTS[name]?.();
}
