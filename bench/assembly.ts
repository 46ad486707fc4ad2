import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FunctionSettings, readFunctions } from '../local/lambda/settings.ts';
import { readAssembly } from '../local/stack/assembly.ts';
import { Stack } from '../local/stack/stack.ts';
import { synthesize } from '../local/synthesize.ts';

let assembly: Promise<string> | undefined;

/** The assembly of the local stage, traced as stages of AWS are, synthesized once; gone when the process ends. */
export function givenAssembly(): Promise<string> {
  assembly ??= (async () => {
    const outputDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-bench-'));
    process.once('exit', () => rmSync(outputDirectory, { recursive: true, force: true }));
    await synthesize({ stage: 'local', outputDirectory, context: { tracing: 'true' } });
    return outputDirectory;
  })();
  return assembly;
}

/** A function as it would be deployed, with what it finds AWS by, and where its code is. */
export type BundledFunction = FunctionSettings & { readonly modulePath: string };

/** The functions of the assembly. */
export async function givenFunctions(endpointUrl: string): Promise<BundledFunction[]> {
  const stack = new Stack(await readAssembly(await givenAssembly()), endpointUrl);
  return readFunctions(stack, endpointUrl).map((settings) =>
    Object.assign({ modulePath: join(settings.assetPath, 'index.mjs') }, settings),
  );
}

/** The function whose name in the stack holds `name`. */
export async function givenFunction(name: string, endpointUrl: string): Promise<BundledFunction> {
  const found = (await givenFunctions(endpointUrl)).find(({ logicalId }) => logicalId.includes(name));
  if (!found) throw new Error(`the stack has no function ${name}`);
  return found;
}
