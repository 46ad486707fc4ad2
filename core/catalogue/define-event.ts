import * as z from 'zod';
import { once } from '../once.ts';
import { isTakenBySqs, isWellFormed, MALFORMED } from '../well-formed.ts';

/** One event of the catalogue: when it happens, the schema of its `data`, and an example of it. */
export type EventDefinition<S extends z.ZodType = z.ZodType> = {
  readonly description: string;
  readonly data: S;
  readonly sample: z.input<S>;
};

/**
 * Defines an event; its sample is checked against its schema by the compiler. The schema is built when it is first
 * asked for: most functions want no more than the names of events.
 */
export function defineEvent<S extends z.ZodType>(
  description: string,
  buildData: () => S,
  sample: z.input<S>,
): EventDefinition<S> {
  const data = once(buildData);
  return {
    description,
    get data() {
      return data();
    },
    sample,
  };
}

/** A text that stands for something in Cathcr. */
export const id = () => z.string('takes an id').min(1, 'must not be empty');
export const text = () => z.string('takes a text');
export const time = () => z.iso.datetime({ offset: true, error: 'takes an ISO 8601 time with its offset' });
/** An object that may hold more than is named here: what is unknown is passed on. */
export const open = <T extends z.core.$ZodLooseShape>(shape: T) => z.looseObject(shape, 'takes an object');
export const listOf = <T extends z.ZodType>(item: T) => z.array(item, 'takes a list');

/** The user whose event it is. */
export const userId = () =>
  z
    .string('takes the id of the user whose event it is')
    .min(1, 'must not be empty')
    .max(256, 'takes at most 256 characters')
    .refine(isWellFormed, MALFORMED)
    .refine(isTakenBySqs, 'has a character that is none: U+FFFE or U+FFFF')
    .describe('The user whose event it is.');
