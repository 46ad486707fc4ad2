import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { EMULATOR_SETTINGS } from '../../bin/emulator/emulators.ts';
import { readSettings } from '../../lib/config.ts';

const PROJECT = join(import.meta.dirname, '../..');
const SCRIPT = join(PROJECT, 'bin/deploy-emulator.ts');

/** Stands for npx: notes what it is called with, and writes the outputs of a deployment. */
const NPX = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require('node:fs');
const { AWS_PROFILE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID } = process.env;
const args = process.argv.slice(2);
const env = { AWS_PROFILE, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ACCESS_KEY_ID };
appendFileSync('calls', JSON.stringify({ args, env }) + '\\n');
const file = args[args.indexOf('--outputs-file') + 1];
const ApiUrl = 'http://abcd1234.execute-api.localhost:4566/';
if (args[1] === 'deploy') writeFileSync(file, JSON.stringify({ 'CathcrWebhooks-dev': { ApiUrl } }));
`;

async function givenDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'deploy-emulator-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(join(directory, 'cdk.out'));
  await writeFile(join(directory, 'npx'), NPX);
  await chmod(join(directory, 'npx'), 0o755);
  return directory;
}

/** Something that answers as an emulator does which is up. */
async function givenEmulator(healthPath: string): Promise<string> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === healthPath ? 200 : 404;
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Deploys with a shell that has a profile of a real account. */
async function deploy(name: string, directory: string, endpoint: string) {
  const env = {
    PATH: `${directory}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_PROFILE: 'production',
  };
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const child = spawn(process.execPath, ['--import', tsx, SCRIPT, name], { cwd: directory, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

const readCalls = async (directory: string) =>
  (await readFile(join(directory, 'calls'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.each([
  {
    name: 'ministack',
    healthPath: '/_ministack/health',
    s3: undefined,
    apiUrl: (endpoint: string) => `${endpoint}/_aws/execute-api/abcd1234`,
    receiver: '',
  },
  {
    name: 'localstack',
    healthPath: '/_localstack/health',
    s3: 'http://s3.localhost.localstack.cloud:4566',
    apiUrl: () => 'http://abcd1234.execute-api.localhost:4566',
    receiver: '\nE2E_RECEIVER_URL=http://host.docker.internal:4567\nE2E_RECEIVER_PORT=4567',
  },
])('npm run deploy:$name', ({ name, healthPath, s3, apiUrl, receiver }) => {
  test('bootstraps and deploys by the CDK, as nobody but the emulator’s account', async () => {
    const directory = await givenDirectory();
    const endpoint = await givenEmulator(healthPath);

    const { code, output } = await deploy(name, directory, endpoint);

    expect(code, output).toBe(0);
    const [bootstrap, deployed, ...others] = await readCalls(directory);
    expect(others).toEqual([]);
    const env = { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: s3, AWS_ACCESS_KEY_ID: 'test' };
    for (const call of [bootstrap, deployed]) expect(call.env).toEqual(JSON.parse(JSON.stringify(env)));
    expect(bootstrap.args.slice(0, 3)).toEqual(['cdk', 'bootstrap', 'aws://000000000000/us-east-1']);
    const given = deployed.args.filter((_: string, index: number) => deployed.args[index - 1] === '-c');
    expect(Object.fromEntries(given.map((text: string) => text.split('=')))).toEqual(EMULATOR_SETTINGS);

    expect(output).toContain(`env $(cat cdk.out/${name}.env) npm run e2e:deployed`);
    const told = await readFile(join(directory, `cdk.out/${name}.env`), 'utf8');
    expect(told).toBe(
      `AWS_ENDPOINT_URL=${endpoint}\nAWS_REGION=us-east-1\nAWS_ACCESS_KEY_ID=test\nAWS_SECRET_ACCESS_KEY=test\n` +
        `E2E_EMULATOR=${name}\nE2E_OUTPUTS_FILE=cdk.out/${name}-outputs.json\nE2E_API_URL=${apiUrl(endpoint)}\n` +
        `E2E_RETRY_DELAYS_SECONDS=10,5,5,5,5${receiver}`,
    );
  });
});

test('an emulator that is none is refused', async () => {
  const { code, output } = await deploy('moto', await givenDirectory(), 'http://127.0.0.1:1');
  expect([code, output]).toEqual([1, 'Not deployed: the emulator is one of ministack, localstack\n']);
});

test('the settings of an emulator are such as the stack takes', () => {
  expect(readSettings(EMULATOR_SETTINGS)).toMatchObject({
    emulator: true,
    retryDelaysSeconds: [10, 5, 5, 5, 5],
  });
});

test('docker-compose.yml starts LocalStack for this machine alone, with the token of the environment', async () => {
  const { services } = parse(await readFile(join(PROJECT, 'docker-compose.yml'), 'utf8'));
  expect(services).toEqual({
    localstack: {
      image: 'localstack/localstack:latest',
      ports: ['127.0.0.1:4566:4566'],
      environment: {
        LOCALSTACK_AUTH_TOKEN: expect.stringMatching(/^\$\{LOCALSTACK_AUTH_TOKEN:\?.+\}$/),
        LAMBDA_DOCKER_FLAGS: '--add-host=host.docker.internal:host-gateway',
      },
      volumes: ['/var/run/docker.sock:/var/run/docker.sock'],
    },
  });
});
