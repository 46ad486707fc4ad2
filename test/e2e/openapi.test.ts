import { describe, expect, test } from 'vitest';
import { DOCUMENT } from '../openapi.ts';
import { checkExchange } from './api-check.ts';
import { useSystem } from './system.ts';

describe('GET /openapi.json', () => {
  const system = useSystem();

  test('is the document, to anybody, and may be kept', async () => {
    const answer = await system.call('GET', '/openapi.json');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(answer.headers.get('cache-control')).toContain('max-age');
    expect(answer.body).toEqual(DOCUMENT);
  });
});

describe('what is not as described is noticed', () => {
  const json = new Headers({
    'content-type': 'application/json',
    'cache-control': 'max-age=1',
    vary: 'Accept',
  });
  const good = {
    method: 'GET',
    path: '/ip-ranges',
    sent: undefined,
    status: 200,
    headers: json,
    body: { ip_ranges: ['127.0.0.1/32'] },
  };

  test('and what is, is not', () => expect(() => checkExchange(good)).not.toThrow());

  test.each([
    ['a field too many', { body: { ...good.body, more: 1 } }, 'additional properties'],
    ['a field too few', { body: {} }, "'ip_ranges'"],
    ['another status', { status: 201 }, 'this status is not described'],
    [
      'another type',
      { headers: new Headers({ ...Object.fromEntries(json), 'content-type': 'text/html' }) },
      'text/html',
    ],
    ['no Vary', { headers: new Headers({ 'content-type': 'application/json' }) }, 'Vary'],
    ['an unknown parameter taken', { path: '/ip-ranges?page=1' }, 'page is not described'],
    ['an unknown path answered', { path: '/ip-ranges/1' }, 'this status is not described'],
    ['an unknown method answered', { method: 'PUT' }, 'this status is not described'],
  ])('%s', (_, change, message) => {
    expect(() => checkExchange({ ...good, ...change })).toThrow(message);
  });
});
