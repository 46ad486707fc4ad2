import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildSiteFiles, renderPage } from '../../lib/site-files.ts';

/** What the first look at the dashboard may weigh, compressed: 100 KB. */
const MAX_FIRST_LOAD_BYTES = 100_000;

test('the dashboard’s first load stays under 100 KB, compressed as CloudFront does at worst', () => {
  const { assets, script, style } = buildSiteFiles();
  const page = Buffer.from(renderPage({ base: '', api: 'https://api.example' }));
  const parts = [page, assets.get(script), assets.get(style)].map((part) => gzipSync(part ?? '').length);
  expect(Math.min(...parts)).toBeGreaterThan(100);
  expect(parts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(MAX_FIRST_LOAD_BYTES);
});
