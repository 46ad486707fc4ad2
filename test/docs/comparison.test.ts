import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const docs = join(import.meta.dirname, '../../docs');
const page = readFileSync(join(docs, 'comparison.md'), 'utf8');

/** The links of a text to files of this repository. */
const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !link.startsWith('https:'));

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

test.each(linksOf(page))('docs/comparison.md links to what is there: %s', (link) => {
  const [path = '', anchor] = link.split('#');
  const file = join(docs, path);
  expect(existsSync(file), file).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor);
});

test('each line of docs/comparison.md names what holds it', () => {
  const rows = page.split('\n').filter((line) => /^\| (?!\||-)/.test(line) && !line.startsWith('| | others'));
  expect(rows.length).toBeGreaterThan(20);
  for (const row of rows) {
    const [, , , , heldBy = ''] = row.split(' | ').join('\u0000').replace(/^\| /, '\u0000').split('\u0000');
    expect(linksOf(heldBy), row).not.toEqual([]);
  }
});
