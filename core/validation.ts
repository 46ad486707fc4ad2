import type * as z from 'zod';
import { type Fault, InvalidRequestError } from './errors.ts';

const showPath = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (shown, part) =>
      typeof part === 'number' ? `${shown}[${part}]` : shown ? `${shown}.${String(part)}` : String(part),
    '',
  );

const faultsOf = (issue: z.core.$ZodIssue): Fault[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ field: showPath([...issue.path, key]), detail: 'is not a known field' }))
    : [{ field: showPath(issue.path) || 'body', detail: issue.message }];

/** Every fault that `schema` finds in `value`, by field; none where it fits. */
export function findFaults(schema: z.ZodType, value: unknown): Fault[] {
  return schema.safeParse(value).error?.issues.flatMap(faultsOf) ?? [];
}

/**
 * `value` as `schema` reads it.
 * @throws InvalidRequestError naming every field at fault
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new InvalidRequestError(result.error.issues.flatMap(faultsOf));
  return result.data;
}
