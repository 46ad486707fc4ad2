import { expect, test } from 'vitest';
import { describeRefusal } from '../../../bin/cli/api.ts';
import type { Session } from '../../../bin/cli/command.ts';
import { readCount, readObject, readText, readTime } from '../../../bin/cli/input.ts';
import { plain, showObject, showTable } from '../../../bin/cli/show.ts';
import { UsageError } from '../../../bin/command-line.ts';

const NOW = Date.parse('2024-01-15T10:30:00Z');
const given = (input: string) => ({ readInput: async () => input }) as Session;

test('a table has columns, and orders to a terminal are taken out of it', () => {
  expect(
    showTable([
      ['ID', 'URL'],
      ['webhook_1', 'https://x'],
      ['', 'y'],
    ]),
  ).toBe('ID         URL\nwebhook_1  https://x\n           y');
  expect(plain('a\u001b[2Jb\u009bc\r\nd')).toBe('a\ufffd[2Jb\ufffdc\ufffd\nd');
});

test('an object is shown a member a line', () => {
  expect(showObject({ id: 'x', events: ['a', 'b'], note: null, rate: { per: 's' } })).toBe(
    'id      x\nevents  a, b\nnote    -\nrate    {"per":"s"}',
  );
});

test('a time may be told by how long ago it was', () => {
  expect(readTime('90s', NOW)).toBe('2024-01-15T10:28:30.000Z');
  expect(readTime('2h', NOW)).toBe('2024-01-15T08:30:00.000Z');
  expect(readTime('3d', NOW)).toBe('2024-01-12T10:30:00.000Z');
  expect(readTime('2024-01-01T00:00:00Z', NOW)).toBe('2024-01-01T00:00:00Z');
  expect(readTime('yesterday', NOW)).toBe('yesterday');
  expect(readTime(undefined, NOW)).toBeUndefined();
});

test('a count is a whole number', () => {
  expect(readCount('limit', undefined, 20)).toBe(20);
  expect(readCount('limit', '7', 20)).toBe(7);
  for (const wrong of ['0', '-1', '1.5', 'all', '']) {
    expect(() => readCount('limit', wrong, 20)).toThrow('--limit takes a whole number from 1');
  }
});

test('a text may come from standard input or a file, and only an object is one', async () => {
  expect(await readText(given('secret\n'), '-')).toBe('secret');
  expect(await readText(given(''), '@package.json')).toContain('cathcr-webhooks');
  const text = '{"n":1.00}';
  expect(await readObject(given(text), 'data', '-')).toEqual({ text, object: { n: 1 } });
  for (const wrong of ['[]', 'null', '7', '{"secret":', '']) {
    const reading = readObject(given(''), 'data', wrong);
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow('--data takes a JSON object, @file, or - for standard input');
  }
});

test('a refusal names every field at fault', () => {
  const problem = {
    title: 'Invalid request',
    detail: 'url does not begin with https://; colour is not a known field',
    errors: [
      { field: 'url', detail: 'does not begin with https://' },
      { field: 'colour', detail: 'is not a known field' },
    ],
    request_id: 'Ab1=',
  };
  expect(describeRefusal(400, JSON.stringify(problem))).toBe(
    '400 Invalid request\n  url: does not begin with https://\n  colour: is not a known field\nrequest Ab1=',
  );
  expect(describeRefusal(404, '{"title":"Not found","detail":"there is no webhook of this id"}')).toBe(
    '404 there is no webhook of this id',
  );
  expect(describeRefusal(429, '{"message":"Too Many Requests"}')).toBe('429 Too Many Requests');
  expect(describeRefusal(502, '<html>')).toBe('502 <html>');
});
