import { once } from '../once.ts';
import { defineEvent, id, open, text, time, userId } from './define-event.ts';

const reminder = once(() =>
  open({
    id: id(),
    thought_id: id().nullish(),
    content: text(),
    due_date: time(),
    status: text(),
  }),
);
const ofReminder = () => open({ reminder: reminder(), user_id: userId() });

const sampleOf = <T extends object>(more: T) => ({
  reminder: {
    id: 'rem_789',
    thought_id: 'thought_456',
    content: 'Follow up on project',
    due_date: '2024-01-20T14:00:00Z',
    ...more,
  },
  user_id: 'user_123',
});

export const REMINDER_EVENTS = {
  'reminder.created': defineEvent('A new reminder is created.', ofReminder, sampleOf({ status: 'pending' })),
  'reminder.due': defineEvent('A reminder becomes due.', ofReminder, sampleOf({ status: 'due' })),
  'reminder.completed': defineEvent(
    'A reminder is marked as completed.',
    () => open({ reminder: reminder().extend({ completed_at: time() }), user_id: userId() }),
    sampleOf({ status: 'completed', completed_at: '2024-01-20T15:30:00Z' }),
  ),
  'reminder.overdue': defineEvent('A reminder becomes overdue.', ofReminder, sampleOf({ status: 'overdue' })),
};
