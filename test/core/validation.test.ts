import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { InvalidRequestError, MAX_FAULTS } from '../../core/errors.ts';
import { findFaults, validate } from '../../core/validation.ts';

const schema = z.strictObject({
  list: z.array(z.strictObject({ name: z.string('takes a string') })),
  n: z.string().transform(Number),
});

const refusal = () => validate(z.strictObject({ a: z.string('takes a string') }), { b: 1 });

describe('validation', () => {
  test('gives the value as the schema reads it', () => {
    expect(validate(schema, { list: [{ name: 'a' }], n: '7' })).toEqual({ list: [{ name: 'a' }], n: 7 });
    expect(findFaults(schema, { list: [], n: '7' })).toEqual([]);
  });

  test('names every fault by its path', () => {
    expect(
      findFaults(schema, { list: [{ name: 'a' }, { name: 7, extra: 1, more: 2 }], n: '7', x: 1 }),
    ).toEqual([
      { field: 'list[1].name', detail: 'takes a string' },
      { field: 'list[1].extra', detail: 'is not a known field' },
      { field: 'list[1].more', detail: 'is not a known field' },
      { field: 'x', detail: 'is not a known field' },
    ]);
  });

  test('names the body where the whole of it is at fault', () => {
    expect(findFaults(z.strictObject({}, 'takes an object'), 7)).toEqual([
      { field: 'body', detail: 'takes an object' },
    ]);
  });

  test('refuses with a 400 that tells all of it', () => {
    expect(refusal).toThrow(InvalidRequestError);
    expect(refusal).toThrow('a takes a string; b is not a known field');
    expect(refusal).toThrow(expect.objectContaining({ status: 400, kind: 'invalid-request' }));
  });

  test('names a hundred faults, and counts the others', () => {
    const list = Array.from({ length: 131_072 }, () => 0);
    const validated = () => validate(z.array(z.string('takes a string')), list);
    expect(validated).toThrow(/^\[0\] takes a string; .*\[99\] takes a string; and 130972 more$/);
    expect(validated).toThrow(
      expect.objectContaining({ faults: expect.objectContaining({ length: MAX_FAULTS }) }),
    );
  });
});
