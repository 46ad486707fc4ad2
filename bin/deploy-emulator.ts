import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import {
  EMULATOR_ACCOUNT_ID,
  EMULATOR_SETTINGS,
  EMULATORS,
  type Emulator,
  emulatorEnvironment,
  withoutAws,
} from './emulator/emulators.ts';

/** How long an emulator may take to start. */
const PATIENCE_MS = 120_000;

type Variables = Readonly<Record<string, string>>;
type Environment = ReturnType<typeof emulatorEnvironment>;

const outputsFileOf = ({ id }: Emulator) => `cdk.out/${id}-outputs.json`;

const assign = (variables: Variables) => Object.entries(variables).map(([name, value]) => `${name}=${value}`);

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ?? false;
}

async function waitFor({ name, start, healthPath }: Emulator, endpoint: string): Promise<void> {
  console.log(`Waiting until ${name} answers at ${endpoint}. It is started by: ${start}`);
  const givesUpAt = Date.now() + PATIENCE_MS;
  while (!(await answers(endpoint + healthPath))) {
    if (Date.now() > givesUpAt) throw new Error(`nothing answers at ${endpoint}${healthPath}`);
    await setTimeout(500);
  }
}

/** Shows a command of the CDK, and runs it. */
async function runCdk(args: readonly string[], environment: Variables): Promise<void> {
  const command = ['cdk', ...args, '--no-notices'];
  console.log(`\n$ ${[...assign(environment), 'npx', ...command].join(' ')}`);
  const env = { ...withoutAws(process.env), ...environment, CDK_DISABLE_CLI_TELEMETRY: 'true' };
  const child = spawn('npx', command, { stdio: 'inherit', env });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`cdk ${args[0]} failed`);
}

/** What the end-to-end tests and the firing of schedules are told of the deployment. */
async function describeDeployment(emulator: Emulator, environment: Environment): Promise<Variables> {
  const outputsFile = outputsFileOf(emulator);
  const outputs = JSON.parse(await readFile(outputsFile, 'utf8')) as Record<string, { ApiUrl: string }>;
  const apiUrl = outputs[`CathcrWebhooks-${EMULATOR_SETTINGS.stage}`]?.ApiUrl ?? '';
  return {
    ...environment,
    E2E_EMULATOR: emulator.id,
    E2E_OUTPUTS_FILE: outputsFile,
    E2E_API_URL: emulator.apiUrlOf(apiUrl, environment.AWS_ENDPOINT_URL),
    E2E_RETRY_DELAYS_SECONDS: EMULATOR_SETTINGS.retryDelaysSeconds,
    ...emulator.receiver,
  };
}

const describeNextSteps = ({ name }: Emulator, { E2E_API_URL }: Variables, file: string) => `
Cathcr Webhooks is deployed to ${name}.

  API  ${E2E_API_URL}

Retries wait in schedules, which ${name} does not fire. In another terminal:

  env $(cat ${file}) npm run fire-schedules

The end-to-end tests against it:

  env $(cat ${file}) npm run e2e:deployed
`;

async function main() {
  const emulator = EMULATORS.find(({ id }) => id === process.argv[2]);
  if (!emulator) throw new Error(`the emulator is one of ${EMULATORS.map(({ id }) => id).join(', ')}`);
  const environment = emulatorEnvironment(process.env);
  const cdkEnvironment = { ...environment, ...emulator.environment };

  await waitFor(emulator, environment.AWS_ENDPOINT_URL);
  await runCdk(['bootstrap', `aws://${EMULATOR_ACCOUNT_ID}/${environment.AWS_REGION}`], cdkEnvironment);
  const settings = assign(EMULATOR_SETTINGS).flatMap((setting) => ['-c', setting]);
  const options = ['--require-approval', 'never', '--outputs-file', outputsFileOf(emulator)];
  await runCdk(['deploy', ...settings, ...options], cdkEnvironment);

  const deployment = await describeDeployment(emulator, environment);
  const file = `cdk.out/${emulator.id}.env`;
  await writeFile(file, assign(deployment).join('\n'));
  console.log(describeNextSteps(emulator, deployment, file));
}

try {
  await main();
} catch (error) {
  console.error(`Not deployed: ${(error as Error).message}`);
  process.exitCode = 1;
}
