import type * as z from 'zod';
import { isObject } from './json.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Whether a keyword says no more than is known without it. */
function isNoise(keyword: string, value: unknown, siblings: JsonSchema): boolean {
  if (keyword === '$schema' || keyword === '$id') return true;
  // The format says it; the pattern that goes with it spells out leap years.
  if (keyword === 'pattern') return siblings.format === 'date-time';
  if (keyword === 'maximum') return value === Number.MAX_SAFE_INTEGER;
  if (keyword === 'minimum') return value === Number.MIN_SAFE_INTEGER;
  // Every name is a text, and what is not ruled out is allowed.
  if (keyword === 'propertyNames') return isObject(value) && value.type === 'string';
  return keyword === 'additionalProperties' && isObject(value) && Object.keys(value).length === 0;
}

/** `{"type": ["string", "null"]}` for "a text, or null"; undefined where it cannot be said so shortly. */
function shortenNullable({ anyOf = [], ...rest }: JsonSchema): JsonSchema | undefined {
  const [schema, nothing] = anyOf as [JsonSchema?, JsonSchema?];
  const isNullable = anyOf.length === 2 && nothing?.type === 'null';
  if (!isNullable || typeof schema?.type !== 'string' || schema.enum || schema.const) return undefined;
  return { ...schema, ...rest, type: [schema.type, 'null'] as never };
}

/** A JSON Schema as zod makes it, made readable: the same schema, in fewer words. */
export function tidySchema(schema: JsonSchema): JsonSchema {
  const short = shortenNullable(schema) ?? schema;
  const kept = Object.entries(short).filter(([keyword, value]) => !isNoise(keyword, value, short));
  return Object.fromEntries(kept.map(([keyword, value]) => [keyword, tidyKeyword(keyword, value)]));
}

/** Goes on to the schemas inside, and to nothing else: samples and texts stay as they are. */
function tidyKeyword(keyword: string, value: unknown): unknown {
  if (keyword === 'properties') {
    const inner = Object.entries(value as Record<string, JsonSchema>);
    return Object.fromEntries(inner.map(([name, schema]) => [name, tidySchema(schema)]));
  }
  if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) return (value as JsonSchema[]).map(tidySchema);
  const isSchema = keyword === 'items' || keyword === 'additionalProperties';
  return isSchema && isObject(value) ? tidySchema(value) : value;
}
