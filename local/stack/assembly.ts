import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from './template.ts';

/** What the CDK wrote: a template, and the assets that it names relative to the directory. */
export type Assembly = {
  readonly directory: string;
  readonly stackName: string;
  readonly template: Template;
};

type Manifest = {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
};
type Artifact = {
  readonly type: string;
  readonly properties?: { readonly templateFile: string; readonly stackName?: string };
};

/**
 * Reads a cloud assembly of one stack.
 * @throws Error where it holds none or several
 */
export async function readAssembly(directory: string): Promise<Assembly> {
  const manifest = (await readJson(join(directory, 'manifest.json'))) as Manifest;
  const stacks = Object.entries(manifest.artifacts ?? {}).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  const [first, ...others] = stacks;
  if (!first) throw new Error(`the assembly in ${directory} holds no stack`);
  if (others.length > 0) {
    throw new Error(
      `the assembly in ${directory} holds several stacks: ${stacks.map(([name]) => name).join(', ')}`,
    );
  }
  const [name, { properties }] = first;
  if (!properties) throw new Error(`the stack ${name} in ${directory} names no template`);
  const template = (await readJson(join(directory, properties.templateFile))) as Template;
  return { directory, stackName: properties.stackName ?? name, template };
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}
