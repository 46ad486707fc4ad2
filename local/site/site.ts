import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import type { HttpAnswer } from '../gateway/answer.ts';
import { jsonAnswer } from '../helpers/answer.ts';
import type { SiteSettings } from './settings.ts';

type SiteFile = { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> };

/** A website: which requests are for it, and its answers. */
export type Site = {
  readonly owns: (path: string) => boolean;
  readonly answer: (request: IncomingMessage) => Promise<HttpAnswer>;
};

/** As `aws s3 sync` guesses them. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
};

/** CloudFront before a bucket: files by their paths, and one of them for every path that is none. */
export async function openSite({ keyPrefix, sources, headers, missing }: SiteSettings): Promise<Site> {
  const files = new Map<string, SiteFile>();
  for (const { directory, cacheControl } of sources)
    await readInto(files, directory, keyPrefix, cacheControl);
  const page = files.get(missing.key);
  if (!page) throw new Error(`the website has no ${missing.key}`);
  const root = keyPrefix.slice(0, -1);

  return {
    owns: (path) => path === `/${root}` || path.startsWith(`/${keyPrefix}`),
    answer: async ({ method = '', url = '' }) => {
      if (method !== 'GET' && method !== 'HEAD') return jsonAnswer(405, { message: 'a website is read' });
      const file = files.get((url.split('?')[0] ?? '').slice(1));
      const { body, headers: ofFile } = file ?? page;
      return { status: file ? 200 : missing.status, headers: { ...ofFile, ...headers }, body };
    },
  };
}

async function readInto(
  files: Map<string, SiteFile>,
  directory: string,
  keyPrefix: string,
  cacheControl: string,
): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const type = CONTENT_TYPES[extname(path)];
    if (!type) throw new Error(`the local runtime does not know the content type of ${path}`);
    files.set(keyPrefix + relative(directory, path).split(sep).join('/'), {
      body: await readFile(path),
      headers: { 'content-type': type, 'cache-control': cacheControl },
    });
  }
}
