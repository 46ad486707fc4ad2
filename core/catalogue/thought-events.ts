import { once } from '../once.ts';
import { defineEvent, id, listOf, open, text, time, userId } from './define-event.ts';

/** What a thought may tell of itself, but for its id. */
const changeable = once(() => ({
  content: text(),
  category_id: id().nullish(),
  category: open({ id: id(), name: text(), color: text().optional() }).nullish(),
  tags: listOf(text()),
  created_at: time(),
  updated_at: time().optional(),
  processing_status: text().optional(),
}));
const changes = once(() => open(changeable()).partial());

export const THOUGHT_EVENTS = {
  'thought.created': defineEvent(
    'A new thought is created.',
    () => open({ thought: open({ id: id(), ...changeable() }), user_id: userId() }),
    {
      thought: {
        id: 'thought_456',
        content: 'This is a new thought',
        category_id: 'cat_123',
        category: { id: 'cat_123', name: 'Work', color: '#3B82F6' },
        tags: ['important'],
        created_at: '2024-01-15T10:30:00Z',
        processing_status: 'pending',
      },
      user_id: 'user_123',
    },
  ),
  'thought.updated': defineEvent(
    'A thought is modified.',
    () => open({ thought: changes().extend({ id: id() }), previous_values: changes(), user_id: userId() }),
    {
      thought: { id: 'thought_456', content: 'Updated thought content', category_id: 'cat_124' },
      previous_values: { content: 'Original thought content', category_id: 'cat_123' },
      user_id: 'user_123',
    },
  ),
  'thought.deleted': defineEvent(
    'A thought is deleted.',
    () => open({ thought_id: id(), user_id: userId() }),
    {
      thought_id: 'thought_456',
      user_id: 'user_123',
    },
  ),
};
