import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintApiKey } from '../core/api-key.ts';
import { EVENT_CATALOGUE } from '../core/event-catalogue.ts';
import { type Runtime, start } from '../local/runtime.ts';
import { synthesize } from '../local/synthesize.ts';
import { admit, LOCAL_USER_ID } from './admit.ts';
import { describeLogLine } from './log-line.ts';
import { quietSdk } from './quiet-sdk.ts';

const DEFAULT_PORT = 3000;

/** The port to listen on, and whether it was asked for. */
function readPort(text: string | undefined): { port: number; portIsFixed: boolean } {
  if (!text) return { port: DEFAULT_PORT, portIsFixed: false };
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT takes a whole number from 0 to 65535, not ${text}`);
  }
  return { port, portIsFixed: true };
}

const sample = { event: 'thought.deleted', data: EVENT_CATALOGUE['thought.deleted'].sample };

const greet = ({ url, outputs }: Runtime, key: string) => `
Cathcr Webhooks is up.

  Dashboard  ${outputs.DashboardUrl}
  API key    ${key}   (user ${LOCAL_USER_ID}, all scopes)
  API        ${url}
  Inbox      ${url}/_local/inbox/demo, a receiver to point webhooks at

Sign in to the dashboard with the key; or create a webhook on the inbox, and publish an event to it:

  curl ${url}/webhooks -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '{"url":"${url}/_local/inbox/demo","events":["${sample.event}"]}'

  curl ${url}/events -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' \\
    -d '${JSON.stringify(sample)}'

  curl ${url}/_local/inbox/demo/requests

Deliveries appear below. Ctrl-C stops.
`;

async function main() {
  const { port, portIsFixed } = readPort(process.env.PORT);
  const assemblyDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-'));
  const removeAssembly = () => rm(assemblyDirectory, { recursive: true, force: true });
  try {
    console.log('Synthesizing the stack…');
    const context: Record<string, string> =
      process.env.STRICT_TARGETS === '1' ? { strictTargets: 'true' } : {};
    await synthesize({ stage: 'local', outputDirectory: assemblyDirectory, context });
    const key = process.env.API_KEY || mintApiKey();
    const runtime = await start({
      assemblyDirectory,
      port,
      portIsFixed,
      dataDirectory: process.env.DATA_DIR || undefined,
      prepare: (account) => admit(account, key),
      onFunctionLog: (_functionName, line) => {
        const described = describeLogLine(line);
        if (described) console.log(described);
      },
    });
    console.log(greet(runtime, key));
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await runtime.stop();
  } finally {
    await removeAssembly();
  }
}

quietSdk();
try {
  await main();
} catch (error) {
  console.error(`Cathcr Webhooks could not start: ${(error as Error).message}`);
  process.exitCode = 1;
}
