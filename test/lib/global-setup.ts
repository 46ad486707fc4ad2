import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the assemblies of all unit tests are written. */
    assemblies: string;
  }
}

/** A folder for what unit tests synthesize, which outlives each of their files. */
export default async function setup(project: TestProject) {
  const assemblies = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-stack-'));
  project.provide('assemblies', assemblies);
  return () => rm(assemblies, { recursive: true, force: true });
}
