import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const PROJECT = join(import.meta.dirname, '..');

/**
 * Bundles TypeScript much as functions are bundled (`BUNDLING` in `lib/node-function.ts`): for the same Node, minified,
 * as ESM. What is measured may have CommonJS in it, which asks for `require`: hence the banner.
 */
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
