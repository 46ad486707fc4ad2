import { describe, expect, test } from 'vitest';
import { renderReference } from '../../bin/reference/page.ts';
import { DOCUMENT } from '../openapi.ts';

const PAGE = renderReference(DOCUMENT);

const all = (pattern: RegExp) => [...PAGE.matchAll(pattern)].map(([, found = '']) => found);

test('docs/reference.html is rendered from the OpenAPI document (vitest -u writes it anew)', async () => {
  await expect(PAGE).toMatchFileSnapshot('../../docs/reference.html');
});

describe('the page', () => {
  test('asks nothing of any other host, and runs no script', () => {
    expect(PAGE).not.toMatch(/<(script|link|img|iframe|object|base)\b|@import|url\(/i);
    expect(all(/\b(?:href|src)="([^"]*)"/g).filter((link) => !link.startsWith('#'))).toEqual([
      'openapi.json',
    ]);
  });

  test('has no link that leads nowhere, and no anchor twice', () => {
    const anchors = all(/\bid="([^"]*)"/g);
    expect(new Set(anchors).size).toBe(anchors.length);
    const links = all(/href="#([^"]*)"/g);
    expect([...new Set(links)].filter((link) => !anchors.includes(link))).toEqual([]);
  });

  test('shows every operation, event and schema', () => {
    const anchors = all(/\bid="([^"]*)"/g);
    const operations = Object.values<Record<string, { operationId: string }>>(DOCUMENT.paths).flatMap(
      (path) => Object.values(path).map(({ operationId }) => operationId),
    );
    const events = Object.keys(DOCUMENT.webhooks).map((type) => `event-${type}`);
    expect(anchors).toEqual(expect.arrayContaining([...operations, ...events, 'schema-Webhook']));
  });

  test('escapes what it shows', () => {
    const info = { ...DOCUMENT.info, title: '<b>"&' };
    expect(renderReference({ ...DOCUMENT, info })).toContain(
      '<title>&lt;b&gt;&quot;&amp;: reference</title>',
    );
  });
});
