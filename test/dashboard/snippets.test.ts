import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SNIPPETS } from '../../dashboard/pages/snippets.ts';

test.each(Object.entries(SNIPPETS))('the snippet in %s is that of the guide, which is run', (_, snippet) => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
  expect(guide).toContain(`\n${snippet}\`\`\``);
});
