import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { admit } from '../../bin/admit.ts';
import { mintApiKey } from '../../core/api-key.ts';
import { STAGE_DEFAULTS } from '../../lib/config.ts';
import { clientConfigOf } from '../../local/aws/client-config.ts';
import { type RuntimeOptions, start } from '../../local/runtime.ts';
import { synthesize } from '../../local/synthesize.ts';
import { createCall, type System } from './hands.ts';

export type LaptopOptions = Partial<RuntimeOptions> & {
  /** Settings of the stack that differ from those of the local stage. */
  readonly context?: Readonly<Record<string, string>>;
};

/** Starts the system on a port of its own. */
export async function startOnLaptop({ context, ...options }: LaptopOptions): Promise<System> {
  const assembly = context ? await synthesizeWith(context) : undefined;
  const assemblyDirectory = assembly ?? inject('assemblyDirectory');
  const runtime = await start({ assemblyDirectory, port: 0, ...options });
  const call = createCall(runtime.url);

  const helper = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, `/_local${path}`, { body });
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };

  return {
    url: runtime.url,
    outputs: runtime.outputs,
    sdkConfig: clientConfigOf(runtime.environment),
    retryDelaysSeconds: STAGE_DEFAULTS.local.retryDelaysSeconds,
    call,
    createKey: async (userId, scopes) => {
      const key = mintApiKey();
      await admit(runtime, key, { userId, scopes });
      return key;
    },
    inboxUrl: (name) => `${runtime.url}/_local/inbox/${name}`,
    setBehaviour: (name, behaviour) => helper('PUT', `/inbox/${name}/behaviour`, behaviour),
    requests: (name) => helper('GET', `/inbox/${name}/requests`),
    forget: (name) => helper('DELETE', `/inbox/${name}`),
    schedules: () => helper('GET', '/schedules'),
    countMessages: async () => {
      const queues: { name: string; visible: number; hidden: number }[] = await helper('GET', '/queues');
      const working = queues.filter(({ name }) => !name.includes('DeadLetters'));
      return working.reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
    },
    armFaults: (plan) => helper('PUT', '/faults', plan),
    disarmFaults: () => helper('DELETE', '/faults'),
    advance: (seconds) => helper('POST', '/clock/advance', { seconds }),
    stop: async () => {
      await runtime.stop();
      if (assembly) await rm(assembly, { recursive: true, force: true });
    },
  };
}

async function synthesizeWith(context: Readonly<Record<string, string>>): Promise<string> {
  const outputDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-test-'));
  await synthesize({ stage: 'local', outputDirectory, context });
  return outputDirectory;
}
