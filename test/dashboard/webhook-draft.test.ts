import { afterAll, expect, test, vi } from 'vitest';
import {
  type Draft,
  draftOf,
  findFaults,
  NEW_DRAFT,
  toCreation,
  toPatch,
} from '../../dashboard/data/webhook-draft.ts';

// What the page is told, of a deployed dashboard.
vi.hoisted(() => vi.stubGlobal('document', { querySelector: () => ({ content: 'https://api.example' }) }));
afterAll(() => void vi.unstubAllGlobals());

const URL = 'https://your-app.com/webhooks/cathcr';
const WEBHOOK = {
  url: URL,
  description: null,
  events: ['thought.created'],
  filter: null,
  rate_limit: null,
  active: true,
  keep_while_inactive: false,
  headers: { 'X-Api-Key': '****1234' },
} as unknown as Parameters<typeof draftOf>[0];
const NEW = { ...NEW_DRAFT, url: URL, events: ['thought.created'] };
const was = draftOf(WEBHOOK);
const patchOf = (changes: Partial<Draft>) => toPatch({ ...was, ...changes }, was);

test('a new webhook has what was filled in, and nothing else', () => {
  expect(toCreation(NEW)).toEqual({ url: URL, events: ['thought.created'], active: true });
  const headers = [{ name: ' X-Api-Key ', value: 'abc' }];
  expect(toCreation({ ...NEW, headers, keep_while_inactive: true })).toMatchObject({
    headers: { 'X-Api-Key': 'abc' },
    keep_while_inactive: true,
  });
});

test('what was not changed is not sent: masks of headers, above all', () => {
  expect(patchOf({})).toEqual({});
  expect(JSON.stringify(was)).not.toContain('1234');
});

test('headers are replaced together, or removed', () => {
  expect(patchOf({ headers: [{ name: 'X-A', value: '1' }] })).toEqual({ headers: { 'X-A': '1' } });
  expect(patchOf({ headers: [] })).toEqual({ headers: null });
  expect(patchOf({ keep_while_inactive: true })).toEqual({ keep_while_inactive: true });
});

test.each([
  [{ name: '', value: 'x' }, true],
  [{ name: 'X-A', value: '' }, true],
  [{ name: 'X-A', value: 'x' }, false],
])('whether a header is at fault: %j: %s', (header, isFaulty) => {
  expect(findFaults({ ...NEW, headers: [header] }).headers !== undefined).toBe(isFaulty);
});
