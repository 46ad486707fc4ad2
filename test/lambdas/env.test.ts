import { describe, expect, test } from 'vitest';
import { FUNCTION_ENV, readEnv } from '../../lambdas/env.ts';

describe('the environment of a function', () => {
  test('is what it was given of its names, and nothing else', () => {
    const env = { TABLE_NAME: 'table', BUS_NAME: 'bus', RETENTION_DAYS: '30', HOME: '/root' };
    expect(readEnv('events', env)).toEqual({ TABLE_NAME: 'table', BUS_NAME: 'bus', RETENTION_DAYS: '30' });
  });

  test('that lacks variables is refused with all of their names, the empty ones too', () => {
    expect(() => readEnv('events', { TABLE_NAME: 'table', BUS_NAME: '' })).toThrow(
      'missing environment variables: BUS_NAME, RETENTION_DAYS',
    );
  });

  test.each(Object.keys(FUNCTION_ENV) as (keyof typeof FUNCTION_ENV)[])(
    'of %s names each variable once',
    (name) => {
      const names: readonly string[] = FUNCTION_ENV[name];
      expect(new Set(names).size).toBe(names.length);
    },
  );
});
