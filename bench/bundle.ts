import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const PROJECT = join(import.meta.dirname, '..');

/** Bundles TypeScript with the settings by which functions are bundled. */
export const bundle = (contents: string, outfile: string) => {
  const options: BuildOptions = {
    stdin: { contents, resolveDir: PROJECT, loader: 'ts' },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  };
  return build(options);
};
