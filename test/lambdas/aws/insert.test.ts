import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createInserter } from '../../../lambdas/aws/insert.ts';
import type { Table } from '../../../lambdas/aws/table.ts';
import { logger } from '../../../lambdas/logger.ts';

type Row = { readonly pk: string; readonly note?: string | undefined };
type Answer = { readonly Error?: { readonly Code: string; readonly Message?: string } };
type Statement = { readonly Statement: string; readonly Parameters: readonly unknown[] };

/** A table that answers each statement as `answer` says, and puts that wait until they are let go. */
function givenInserter({
  answer = () => ({}),
  putOne = () => true,
}: {
  answer?: (pk: string) => Answer;
  putOne?: (pk: string) => boolean;
} = {}) {
  const done: string[] = [];
  const statements: Statement[] = [];
  const puts: (() => void)[] = [];
  const client = {
    send: async ({ input }: { input: { Statements: readonly Statement[] } }) => {
      statements.push(...input.Statements);
      const keys = input.Statements.map(({ Parameters: [pk] }) => String(pk));
      done.push(`insert ${keys.join(' ')}`);
      return { Responses: keys.map(answer) };
    },
  } as unknown as Table['client'];
  const insert = createInserter<Row>({ name: 'table', client }, async ({ pk }) => {
    done.push(`put ${pk}`);
    await new Promise<void>((resolve) => puts.push(resolve));
    return putOne(pk);
  });
  /** Lets all puts go, those included that come of it. */
  const whenOver = async <T>(writes: Promise<T>): Promise<T> => {
    const timer = setInterval(() => puts.splice(0).forEach((go) => go()), 1);
    return writes.finally(() => clearInterval(timer));
  };
  const write = (...keys: string[]) => whenOver(Promise.allSettled(keys.map((pk) => insert({ pk }))));
  return { done, statements, insert, write, whenOver };
}

const written = (value: boolean) => ({ status: 'fulfilled', value });

describe('a new item', () => {
  test('is put by itself where none is being written, however many came before', async () => {
    const { done, write } = givenInserter();
    await write('a');
    await write('b');
    expect(done).toEqual(['put a', 'put b']);
  });

  test('that comes while one is being written waits for it, and goes with all that wait', async () => {
    const { done, write } = givenInserter();
    expect(await write('a', 'b', 'c')).toEqual([written(true), written(true), written(true)]);
    expect(done).toEqual(['put a', 'insert b c']);
  });

  test('is put by itself where it is the only one that waits', async () => {
    const { done, write } = givenInserter();
    await write('a', 'b');
    expect(done).toEqual(['put a', 'put b']);
  });

  test('is inserted with all that it has, by parameters', async () => {
    const { statements, insert, whenOver } = givenInserter();
    const rows = [{ pk: 'a' }, { pk: 'b', note: "it's" }, { pk: 'c', note: undefined }];
    await whenOver(Promise.all(rows.map(insert)));
    expect(statements).toEqual([
      { Statement: `INSERT INTO "table" VALUE {'pk':?,'note':?}`, Parameters: ['b', "it's"] },
      { Statement: `INSERT INTO "table" VALUE {'pk':?}`, Parameters: ['c'] },
    ]);
  });

  test('that was not inserted is put, under its condition, and says what came of that', async () => {
    const Error = { Code: 'DuplicateItem' };
    const { done, write } = givenInserter({
      answer: (pk) => (pk === 'c' ? {} : { Error }),
      putOne: (pk) => pk !== 'b',
    });
    expect(await write('a', 'b', 'c', 'd')).toEqual([true, false, true, true].map(written));
    expect(done).toEqual(['put a', 'insert b c d', 'put b', 'put d']);
  });

  test.each<[string, () => Answer]>([
    [
      'the request fails',
      () => {
        throw new Error('no answer');
      },
    ],
    ['the answer says nothing of it', () => undefined as unknown as Answer],
  ])('is put where %s', async (_, answer) => {
    const { done, write } = givenInserter({ answer });
    expect(await write('a', 'b', 'c')).toEqual([true, true, true].map(written));
    expect(done).toEqual(['put a', 'insert b c', 'put b', 'put c']);
  });

  test('that is refused is told to the log once a request; that it is there is not', async () => {
    const warn = vi.spyOn(logger, 'warn').mockReturnValue();
    onTestFinished(() => warn.mockRestore());
    const refuse = (Code: string) => ({ Error: { Code, Message: `${Code} it is` } });
    const { write } = givenInserter({
      answer: (pk) => refuse(pk === 'b' ? 'DuplicateItem' : 'AccessDenied'),
    });
    expect(await write('a', 'b')).toEqual([true, true].map(written));
    expect(await write('a', 'b', 'b')).toEqual([true, true, true].map(written));
    expect(warn).not.toHaveBeenCalled();
    expect(await write('a', 'b', 'c', 'd')).toEqual([true, true, true, true].map(written));
    const error = { name: 'AccessDenied', message: 'AccessDenied it is' };
    expect(warn.mock.calls).toEqual([['rows not inserted together', { error }]]);
  });

  test('that cannot be put fails alone, and holds up none', async () => {
    const putOne = () => {
      throw new Error('throttled');
    };
    const { write } = givenInserter({ putOne });
    const [first, ...others] = await write('a', 'b', 'c');
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'throttled' } });
    expect(others).toEqual([true, true].map(written));
    expect((await write('d'))[0]?.status).toBe('rejected');
  });

  test('is written once and told of, whatever number comes at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), async (count) => {
        const keys = Array.from({ length: count }, (_, index) => String(index));
        const { done, write } = givenInserter();
        expect(await write(...keys)).toEqual(keys.map(() => written(true)));
        const groups = done.map((line) => line.split(' ').slice(1));
        expect(groups.flat()).toEqual(keys);
        expect(Math.max(...groups.map(({ length }) => length))).toBeLessThanOrEqual(25);
      }),
      { numRuns: 30 },
    );
  });
});
