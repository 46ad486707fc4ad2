import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/synthesize.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the stack of the local stage is, synthesized once for all end-to-end tests. */
    assemblyDirectory: string;
  }
}

/** Synthesizes the stack of the local stage, as `npm start` does. */
export default async function setup(project: TestProject) {
  const assemblyDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-test-'));
  await synthesize({ stage: 'local', outputDirectory: assemblyDirectory, context: {} });
  project.provide('assemblyDirectory', assemblyDirectory);
  return () => rm(assemblyDirectory, { recursive: true, force: true });
}
