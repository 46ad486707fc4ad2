import { describe, expect, test } from 'vitest';
import { showEventTypes } from '../../core/event-types.ts';
import { findSchemaFaults, listFields } from '../../dashboard/data/schema.ts';

const TYPES = showEventTypes();
const schemaOf = (name: string) => TYPES.find((type) => type.name === name)?.schema ?? {};

describe('data within the schema of its event', () => {
  test.each(TYPES.map(({ name, schema, sample }) => [name, schema, sample]))(
    '%s takes its sample',
    (_, schema, sample) => {
      expect(findSchemaFaults(schema as never, sample)).toEqual([]);
    },
  );

  test.each([
    ['thought.deleted', {}, 'data.thought_id', 'is missing'],
    ['thought.deleted', { thought_id: 7, user_id: 'u' }, 'data.thought_id', 'takes string'],
    ['thought.deleted', { thought_id: '', user_id: 'u' }, 'data.thought_id', 'must not be empty'],
    ['thought.deleted', [], 'data', 'takes object'],
    [
      'reminder.due',
      { user_id: 'u', reminder: { id: 'r', content: 'c', due_date: 'tomorrow', status: 'due' } },
      'data.reminder.due_date',
      'takes an ISO 8601 time with its offset, such as 2024-01-15T10:30:00Z',
    ],
    [
      'ai.processing_started',
      { user_id: 'u', job_id: 'j', thought_id: 't', services: ['a', 1] },
      'data.services[1]',
      'takes string',
    ],
  ])('%s refuses %j', (name, data, path, detail) => {
    expect(findSchemaFaults(schemaOf(name), data)).toContainEqual({ path, detail });
  });

  test('lets members in that the schema does not name', () => {
    expect(findSchemaFaults(schemaOf('thought.deleted'), { thought_id: 't', user_id: 'u', more: 1 })).toEqual(
      [],
    );
  });
});

test('the fields of a schema are listed with those inside of them', () => {
  const fields = listFields(schemaOf('thought.created'));
  expect(fields).toContainEqual(
    expect.objectContaining({ path: 'thought.id', type: 'string', isRequired: true }),
  );
  expect(fields).toContainEqual(expect.objectContaining({ path: 'thought.tags', type: 'array of string' }));
  expect(fields).toContainEqual(expect.objectContaining({ path: 'thought.category.name' }));
  expect(fields.find(({ path }) => path === 'thought.processing_status')?.isRequired).toBe(false);
});
