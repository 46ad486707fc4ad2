import * as z from 'zod';
import { eventIdSchema } from '../event.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import type { JsonSchema } from '../json-schema.ts';
import { OPERATIONS } from './operations.ts';
import { pascalCase } from './schemas.ts';

type Place = 'path' | 'query' | 'header';

const PATH_PARAMETERS: Record<string, z.ZodType> = {
  webhook_id: z.string().describe('The id of a webhook.'),
  delivery_id: z.string().describe('The id of a delivery: `delivery_<uuid>`, or the bare UUID.'),
  recovery_id: z.string().describe('The id of a recovery of this webhook.'),
};

const HEADERS: Record<string, z.ZodType> = {
  [IDEMPOTENCY_KEY]: eventIdSchema.optional().describe('Makes a repeat of the request harmless.'),
};

/** A reference to a parameter of the document. */
export const parameterRef = (name: string) => ({ $ref: `#/components/parameters/${pascalCase(name)}` });

/** The schema of each parameter, by `place:name`. A name stands for one schema, wherever it is taken. */
export function collectParameters(): Map<string, z.ZodType> {
  const collected = new Map<string, z.ZodType>();
  const add =
    (place: Place) =>
    ([name, schema]: [string, unknown]) => {
      const known = collected.get(`${place}:${name}`);
      if (known && known !== schema)
        throw new Error(`two parameters of different schemas are called ${name}`);
      collected.set(`${place}:${name}`, schema as z.ZodType);
    };
  Object.entries(PATH_PARAMETERS).forEach(add('path'));
  for (const { query } of Object.values(OPERATIONS)) Object.entries(query?.shape ?? {}).forEach(add('query'));
  Object.entries(HEADERS).forEach(add('header'));
  return collected;
}

/** `components.parameters`, from the schemas of the parameters as JSON Schema. */
export function describeParameters(described: ReadonlyMap<string, JsonSchema>): Record<string, object> {
  const parameters = [...collectParameters()].map(([key, schema]) => {
    const [place = '', name = ''] = key.split(':');
    const { description, ...rest } = described.get(key) ?? {};
    const preset = place === 'query' ? schema.safeParse(undefined).data : undefined;
    const parameter = {
      name,
      in: place,
      description,
      ...(place === 'path' ? { required: true } : {}),
      schema: preset === undefined ? rest : { ...rest, default: preset },
    };
    return [pascalCase(name), parameter] as const;
  });
  return Object.fromEntries(parameters);
}
