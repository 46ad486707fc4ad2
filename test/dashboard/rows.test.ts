import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeNewest, type Rows } from '../../dashboard/data/rows.ts';
import type { Delivery } from '../../dashboard/data/types.ts';

const idOf = (n: number) => `delivery_${String(n).padStart(6, '0')}`;
const rowsOf = (numbers: readonly number[], nextCursor: string | null): Rows => ({
  rows: numbers.map((n) => ({ id: idOf(n), attempt: 1 }) as Delivery),
  nextCursor,
});
const idsOf = ({ rows }: Rows) => rows.map(({ id }) => Number(id.slice(9)));

/** What a list of so many deliveries, the newest the highest, shows on its first page. */
const firstPage = (newest: number, length: number) => {
  const numbers = Array.from({ length: Math.min(length, newest) }, (_, index) => newest - index);
  return rowsOf(numbers, newest > length ? `after ${newest - length + 1}` : null);
};

describe('the newest page of a list that is watched', () => {
  test('goes above what is known already', () => {
    const merged = mergeNewest(rowsOf([5, 4, 3, 2], 'old'), rowsOf([6, 5], 'new'));
    expect(idsOf(merged)).toEqual([6, 5, 4, 3, 2]);
    expect(merged.nextCursor).toBe('old');
  });

  test('changes the rows that it holds again', () => {
    const page = {
      rows: [{ id: idOf(5), attempt: 2 } as Delivery, ...rowsOf([4], null).rows],
      nextCursor: 'new',
    };
    expect(mergeNewest(rowsOf([5, 4, 3], 'old'), page).rows[0]?.attempt).toBe(2);
  });

  test('begins the list anew where more came than a page holds', () => {
    const merged = mergeNewest(rowsOf([5, 4], 'old'), rowsOf([90, 89], 'new'));
    expect(merged).toEqual(rowsOf([90, 89], 'new'));
  });

  test('takes rows away that do not fit the filter any more', () => {
    expect(idsOf(mergeNewest(rowsOf([5, 4, 3], 'old'), rowsOf([5, 3], 'new')))).toEqual([5, 3]);
    expect(idsOf(mergeNewest(rowsOf([5], null), rowsOf([], null)))).toEqual([]);
  });

  test('leaves no gap and nothing twice, however many come between two looks', () => {
    const steps = fc.array(fc.nat(12), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(steps, (arrivals) => {
        let newest = 3;
        let known = firstPage(newest, 5);
        for (const count of arrivals) {
          newest += count;
          known = mergeNewest(known, firstPage(newest, 5));
          const ids = idsOf(known);
          const expected = Array.from({ length: ids.length }, (_, index) => newest - index);
          expect(ids).toEqual(expected);
        }
      }),
    );
  });
});
