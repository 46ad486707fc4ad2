import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const sections = readFileSync(join(root, 'docs/contract.md'), 'utf8').split(/^## /m).slice(1);

type Row = { statement: string; where: string[]; heldBy: { file: string; title: string }[] };

function readRow(line: string): Row {
  const [statement = '', where = '', heldBy = ''] = line
    .split(' | ')
    .map((cell) => cell.replaceAll('| ', ''));
  return {
    statement,
    where: where.split('<br>').map((name) => name.replaceAll('`', '')),
    heldBy: heldBy
      .replace(/ \|$/, '')
      .split('<br>')
      .map((held) => {
        const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(held) ?? [];
        return { file, title: title.replaceAll('\\', '') };
      }),
  };
}

/** The sections of the contract, in its order, and what goes beyond it. */
const SECTIONS = [
  'Overview',
  'Webhook Events',
  'Setting Up Webhooks',
  'Webhook Security',
  'Delivery and Retry Logic',
  'Testing Webhooks',
  'Webhook Examples',
  'Best Practices',
  'Troubleshooting',
  'Beyond the contract',
];

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Whether a test file's source has a test, or a group of tests, of this title. */
function hasTitle(file: string, title: string): boolean {
  const source = readFileSync(join(root, file), 'utf8');
  return [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``].some((literal) =>
    new RegExp(`\\(\\s*${escape(literal)},`).test(source),
  );
}

test('docs/contract.md goes through every section of the contract', () => {
  expect(sections.map((section) => section.split('\n')[0])).toEqual(SECTIONS);
});

describe.each(sections.map((section) => [section.split('\n')[0], section]))('%s', (_, section = '') => {
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| statement '))
    .map(readRow);

  test.each(rows)('$statement', ({ statement, where, heldBy }) => {
    expect(statement).not.toBe('');
    for (const file of where) {
      expect(file).toMatch(/^\w.*\.\w+$/);
      expect(existsSync(join(root, file)), file).toBe(true);
    }
    for (const { file, title } of heldBy) {
      expect(existsSync(join(root, file)), file).toBe(true);
      expect(hasTitle(file, title), `${file} has no test “${title}”`).toBe(true);
    }
  });
});
