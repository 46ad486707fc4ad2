import { describe, expect, test } from 'vitest';
import { readPublishRequest } from '../../core/event.ts';
import {
  EVENT_CATALOGUE,
  EVENT_TYPES,
  type EventType,
  OPERATIONAL_TYPES,
  PUBLISHED_TYPES,
} from '../../core/event-catalogue.ts';
import { findFaults } from '../../core/validation.ts';
import { CONTRACT_SAMPLES } from '../contract-samples.ts';

const whenPublished = (event: unknown) => readPublishRequest(JSON.stringify(event), event);
const sampleOf = (type: EventType): object => EVENT_CATALOGUE[type].sample;

describe('the catalogue', () => {
  test('holds the fifteen events of the contract, and what the system tells of itself', () => {
    expect([...PUBLISHED_TYPES].sort()).toEqual([
      'ai.processing_completed',
      'ai.processing_failed',
      'ai.processing_started',
      'category.created',
      'category.deleted',
      'category.updated',
      'reminder.completed',
      'reminder.created',
      'reminder.due',
      'reminder.overdue',
      'thought.created',
      'thought.deleted',
      'thought.updated',
      'user.preferences_updated',
      'user.subscription_updated',
    ]);
    expect(EVENT_TYPES).toEqual([...PUBLISHED_TYPES, ...OPERATIONAL_TYPES]);
  });

  test.each(PUBLISHED_TYPES)('has a sample of %s that may be published', (event) => {
    expect(whenPublished({ event, data: sampleOf(event) })).toMatchObject({
      type: event,
      userId: 'user_123',
    });
  });

  test.each(OPERATIONAL_TYPES)('has a sample of %s, which nobody may publish', (event) => {
    expect(findFaults(EVENT_CATALOGUE[event].data, sampleOf(event))).toEqual([]);
    expect(() => whenPublished({ event, data: sampleOf(event) })).toThrow(
      'event is an event that this system alone tells of',
    );
  });

  test.each(OPERATIONAL_TYPES)('has %s tell which webhook it is about', (event) => {
    const faults = findFaults(EVENT_CATALOGUE[event].data, { ...sampleOf(event), webhook_id: undefined });
    expect(faults.map(({ field }) => field)).toEqual(['webhook_id']);
  });

  test.each(CONTRACT_SAMPLES)('takes $event as the contract shows it', (sample) => {
    expect(JSON.parse(whenPublished(sample).data)).toEqual(sample.data);
  });

  test.each(EVENT_TYPES)('lets %s hold more than it names', (event) => {
    const data = { ...sampleOf(event), more: { to: ['come'] } };
    expect(findFaults(EVENT_CATALOGUE[event].data, data)).toEqual([]);
  });

  test.each(EVENT_TYPES)('does not let %s be without its owner', (event) => {
    const faults = findFaults(EVENT_CATALOGUE[event].data, { ...sampleOf(event), user_id: undefined });
    expect(faults.map(({ field }) => field)).toEqual(['user_id']);
  });
});
