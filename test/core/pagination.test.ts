import { describe, expect, test } from 'vitest';
import { pageQuerySchema, showPagination } from '../../core/pagination.ts';
import { findFaults, validate } from '../../core/validation.ts';

const whenRead = (query: Record<string, string>) => validate(pageQuerySchema, query);
const faultsOf = (query: Record<string, string>) => findFaults(pageQuerySchema, query);

describe('the query of a list', () => {
  test.each([
    [{}, { limit: 20 }],
    [{ limit: '1' }, { limit: 1 }],
    [
      { limit: '100', offset: '0' },
      { limit: 100, offset: 0 },
    ],
    [{ offset: '10000' }, { limit: 20, offset: 10_000 }],
    [
      { cursor: 'abc', limit: '5' },
      { limit: 5, cursor: 'abc' },
    ],
  ])('%j is read', (query, read) => {
    expect(whenRead(query)).toEqual(read);
  });

  test.each([
    [{ limit: '0' }, ['limit']],
    [{ limit: '101' }, ['limit']],
    [{ limit: '1000' }, ['limit']],
    [{ limit: '-1' }, ['limit']],
    [{ limit: '1.5' }, ['limit']],
    [{ limit: '1e1' }, ['limit']],
    [{ limit: '0x10' }, ['limit']],
    [{ limit: ' 5' }, ['limit']],
    [{ limit: '' }, ['limit']],
    [{ limit: '99999999999999999999' }, ['limit']],
    [{ limit: 'x', offset: '-1', page: '2' }, ['limit', 'offset', 'page']],
    [{ offset: '1', cursor: 'abc' }, ['offset']],
    [{ offset: '0', cursor: 'abc' }, ['offset']],
  ])('%j has at fault: %j', (query, fields) => {
    expect(
      faultsOf(query as Record<string, string>)
        .map(({ field }) => field)
        .sort(),
    ).toEqual(fields);
  });

  test('past what offset reaches points to the cursor', () => {
    expect(faultsOf({ offset: '10001' })).toEqual([
      { field: 'offset', detail: 'takes a whole number from 0 to 10000; use cursor to go further' },
    ]);
  });
});

describe('the pagination of an answer', () => {
  test('has the fields of the contract', () => {
    expect(showPagination({ limit: 20 }, { items: [], total: { count: 256, isExact: true } })).toEqual({
      total: 256,
      limit: 20,
      offset: 0,
      next_cursor: null,
    });
  });

  test('tells where it stands, and where to go on', () => {
    const shown = showPagination(
      { limit: 5, offset: 10 },
      { items: [], total: { count: 0, isExact: true }, nextCursor: 'abc' },
    );
    expect(shown).toEqual({ total: 0, limit: 5, offset: 10, next_cursor: 'abc' });
  });

  test('says where its total is no more than a lower bound', () => {
    expect(
      showPagination({ limit: 5 }, { items: [], total: { count: 10_000, isExact: true } }),
    ).not.toHaveProperty('total_relation');
    expect(
      showPagination({ limit: 5 }, { items: [], total: { count: 10_000, isExact: false } }),
    ).toMatchObject({
      total: 10_000,
      total_relation: 'gte',
    });
  });

  test('by cursor counts nothing', () => {
    expect(showPagination({ limit: 5, cursor: 'abc' }, { items: [] })).toEqual({
      limit: 5,
      next_cursor: null,
    });
  });
});
