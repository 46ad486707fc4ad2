import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { permit } from './permit.ts';
import type { Resources } from './template.ts';

export type Fixture = {
  resources: Resources;
  outputs?: Record<string, unknown>;
  conditions?: object;
  parameters?: object;
  /** The code of functions, by logical id. */
  handlers?: Record<string, string>;
};

/** Writes a cloud assembly as the CDK does, into a new temporary folder. */
export async function writeAssembly(fixture: Fixture): Promise<string> {
  const { resources, outputs = {}, conditions, parameters, handlers = {} } = fixture;
  const directory = await temporaryDirectory();
  const template = {
    Resources: permit(resources),
    Conditions: conditions,
    Parameters: parameters,
    Outputs: Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }])),
  };
  await writeFile(join(directory, 'Test.template.json'), JSON.stringify(template));
  await writeFile(join(directory, 'manifest.json'), JSON.stringify(MANIFEST));
  for (const [logicalId, code] of Object.entries(handlers)) {
    await mkdir(join(directory, `asset.${logicalId}`));
    await writeFile(join(directory, `asset.${logicalId}`, 'index.mjs'), code);
  }
  return directory;
}

const MANIFEST = {
  version: '55.0.0',
  artifacts: {
    'Test.assets': { type: 'cdk:asset-manifest', properties: { file: 'Test.assets.json' } },
    Test: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Test.template.json' } },
  },
};

export const temporaryDirectory = () => mkdtemp(join(tmpdir(), 'local-test-'));

export const removeDirectory = (directory: string) => rm(directory, { recursive: true, force: true });
