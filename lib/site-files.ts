import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const DASHBOARD = join(import.meta.dirname, '..', 'dashboard');

/** The files of the dashboard, built: their names tell what is in them, so that they may be kept for ever. */
export type SiteFiles = {
  /** By name, such as `main-0A1B2C3D.js`. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  readonly script: string;
  readonly style: string;
};

let built: SiteFiles | undefined;

/** Builds the dashboard: once, however many stacks are made. @throws Error with what esbuild found wrong */
export function buildSiteFiles(): SiteFiles {
  built ??= build();
  return built;
}

function build(): SiteFiles {
  const { outputFiles } = buildSync({
    entryPoints: [join(DASHBOARD, 'main.tsx')],
    tsconfig: join(DASHBOARD, 'tsconfig.json'),
    outdir: '/',
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const assets = new Map(outputFiles.map(({ path, contents }) => [path.slice(1), contents]));
  const find = (extension: string) => [...assets.keys()].find((name) => name.endsWith(extension)) ?? '';
  return { assets, script: find('.js'), style: find('.css') };
}

/** What the page is told: paths and addresses as the browser is to see them. */
export type PageValues = {
  /** Where the dashboard stands on its host: empty, or such as `/dashboard`. */
  readonly base: string;
  /** Where the API answers: an origin, or empty where it is that of the page. */
  readonly api: string;
};

/** The one page of the dashboard. It names its files, and so is never kept without being asked for again. */
export function renderPage({ base, api }: PageValues): string {
  const { script, style } = buildSiteFiles();
  const values: Record<string, string> = {
    base,
    api,
    script: `${base}/assets/${script}`,
    style: `${base}/assets/${style}`,
  };
  const page = readFileSync(join(DASHBOARD, 'index.html'), 'utf8');
  return page.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
