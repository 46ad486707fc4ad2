import { once } from '../once.ts';
import { defineEvent, id, open, text, userId } from './define-event.ts';

/** What a category may tell of itself, but for its id. */
const changeable = once(() => ({
  name: text(),
  description: text().nullish(),
  color: text().optional(),
  parent_id: id().nullish(),
}));
const changes = once(() => open(changeable()).partial());

export const CATEGORY_EVENTS = {
  'category.created': defineEvent(
    'A new category is created.',
    () => open({ category: open({ id: id(), ...changeable() }), user_id: userId() }),
    {
      category: {
        id: 'cat_456',
        name: 'New Project',
        description: 'Project-specific thoughts',
        color: '#10B981',
        parent_id: 'cat_123',
      },
      user_id: 'user_123',
    },
  ),
  'category.updated': defineEvent(
    'A category is modified.',
    () => open({ category: changes().extend({ id: id() }), previous_values: changes(), user_id: userId() }),
    {
      category: { id: 'cat_456', name: 'Renamed Project', color: '#3B82F6' },
      previous_values: { name: 'New Project', color: '#10B981' },
      user_id: 'user_123',
    },
  ),
  'category.deleted': defineEvent(
    'A category is deleted.',
    () => open({ category_id: id(), user_id: userId() }),
    {
      category_id: 'cat_456',
      user_id: 'user_123',
    },
  ),
};
