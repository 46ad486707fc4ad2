import { readFile } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { readSettings, STAGE_DEFAULTS } from '../../lib/config.ts';
import type { Deployment } from './deployment.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The deployed system to test; absent where the tests start their own. */
    deployment?: Deployment;
  }
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8')) as T;
}

/** The outputs of the one stack in a file of `cdk deploy --outputs-file`. */
async function readOutputs(path: string): Promise<Record<string, string>> {
  const [outputs, ...others] = Object.values(await readJson<Record<string, Record<string, string>>>(path));
  if (!outputs || others.length > 0) throw new Error(`${path} does not hold the outputs of one stack`);
  return outputs;
}

const readDelays = (retryDelaysSeconds: string | undefined) =>
  retryDelaysSeconds
    ? readSettings({ retryDelaysSeconds }).retryDelaysSeconds
    : STAGE_DEFAULTS.dev.retryDelaysSeconds;

const withoutSlash = (url: string | undefined) => url?.replace(/\/$/, '');

/**
 * What is to be tested, by variables of the environment: docs/emulators.md lists them.
 * @throws Error where they do not say enough
 */
async function readDeployment(env: NodeJS.ProcessEnv): Promise<Deployment> {
  const { E2E_OUTPUTS_FILE, E2E_API_KEYS_FILE, E2E_RECEIVER_URL, E2E_RECEIVER_PORT } = env;
  if (!E2E_OUTPUTS_FILE && !E2E_API_KEYS_FILE) {
    throw new Error('E2E_OUTPUTS_FILE says what to test; or E2E_API_URL and E2E_API_KEYS_FILE do');
  }
  if (E2E_RECEIVER_URL && !E2E_RECEIVER_PORT) {
    throw new Error('E2E_RECEIVER_PORT says to which port of this machine E2E_RECEIVER_URL leads');
  }
  const outputs = E2E_OUTPUTS_FILE ? await readOutputs(E2E_OUTPUTS_FILE) : undefined;
  const apiUrl = withoutSlash(env.E2E_API_URL ?? outputs?.ApiUrl);
  if (!apiUrl) throw new Error('E2E_API_URL says where the API answers');
  return {
    apiUrl,
    outputs,
    apiKeys: E2E_API_KEYS_FILE ? await readJson(E2E_API_KEYS_FILE) : {},
    receiverPort: Number(E2E_RECEIVER_PORT ?? 0),
    receiverUrl: withoutSlash(E2E_RECEIVER_URL),
    retryDelaysSeconds: readDelays(env.E2E_RETRY_DELAYS_SECONDS),
    emulator: env.E2E_EMULATOR,
  };
}

/** Tells the end-to-end tests of the system that they are to be held against. */
export default async function setup(project: TestProject) {
  project.provide('deployment', await readDeployment(process.env));
}
