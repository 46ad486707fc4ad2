import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { givenFunctions } from './assembly.ts';
import { bundle } from './bundle.ts';
import { median, type Row, type Table } from './table.ts';

const ROUNDS = 15;

const run = promisify(execFile);

/** What each function needs of the SDK, by its name in `lambdas/`. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  webhooks: ['dynamodb'],
  deliveries: ['dynamodb', 'sqs'],
  events: ['dynamodb', 'eventbridge'],
  public: [],
  dispatcher: ['dynamodb', 'sqs'],
  deliverer: ['dynamodb', 'sqs', 'scheduler', 'eventbridge'],
  recoverer: ['dynamodb', 'sqs', 'eventbridge'],
};

/** Imports a module in a process of its own, and prints the CPU time that took: µs. */
const IMPORT = `
const before = process.cpuUsage();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String(user + system));
process.exit(0);
`;

async function timeImport(modulePath: string, env: Readonly<Record<string, string>>): Promise<number> {
  const args = ['--input-type=module', '-e', IMPORT, `file://${modulePath}`];
  const { stdout } = await run(process.execPath, args, { env: { ...env, PATH: process.env.PATH } });
  return Number(stdout) / 1000;
}

/** Bundles nothing but the clients, made as the function makes them, and with the settings of its own bundle. */
async function bundleClients(names: readonly string[], directory: string): Promise<string> {
  const path = join(directory, `${names.join('-') || 'nothing'}.mjs`);
  const lines = names.flatMap((name) => {
    const client = { dynamodb: 'DynamoDB', sqs: 'SQS', scheduler: 'Scheduler', eventbridge: 'EventBridge' }[
      name
    ];
    return [
      `import { ${client}Client } from '@aws-sdk/client-${name}';`,
      `export const ${name} = new ${client}Client({});`,
    ];
  });
  if (names.includes('dynamodb')) {
    lines.push(`import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';`);
    lines.push('export const table = DynamoDBDocumentClient.from(dynamodb);');
  }
  await bundle(lines.join('\n'), path);
  return path;
}

/** What importing each function costs on a cold start, against just the SDK clients that it needs. */
export async function measureColdStart(): Promise<Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-bench-'));
  const nothing = join(directory, 'nothing-at-all.mjs');
  await writeFile(nothing, '');
  const rows: Row[] = [];
  for (const { environment, modulePath, memoryMb } of await givenFunctions('http://127.0.0.1:1')) {
    const name = environment.POWERTOOLS_SERVICE_NAME ?? '';
    console.log(name);
    const clients = await bundleClients(CLIENTS[name] ?? [], directory);
    const rounds: { own: number; sdk: number; nothing: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await timeImport(modulePath, environment);
      const sdk = await timeImport(clients, environment);
      rounds.push({ own, sdk, nothing: await timeImport(nothing, environment) });
    }
    const own = median(rounds.map((round) => round.own));
    rows.push({
      function: name,
      KiB: Math.ceil((await stat(modulePath)).size / 1024),
      'import, CPU ms': own.toFixed(0),
      'its SDK clients': median(rounds.map(({ sdk }) => sdk)).toFixed(0),
      'nothing at all': median(rounds.map((round) => round.nothing)).toFixed(0),
      ratio: median(rounds.map((round) => round.own / round.sdk)).toFixed(2),
      'ms at its memory': ((own * 1769) / memoryMb).toFixed(0),
    });
  }
  await rm(directory, { recursive: true });
  return [{ title: `Importing a bundle in a fresh process, medians of ${ROUNDS}`, rows }];
}
