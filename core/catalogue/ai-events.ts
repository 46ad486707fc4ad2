import * as z from 'zod';
import { defineEvent, id, listOf, open, text, time, userId } from './define-event.ts';

const jobFields = () => ({ job_id: id(), thought_id: id(), user_id: userId() });

const results = () =>
  open({
    categorization: open({
      suggested_category: id().nullable(),
      confidence: z.number('takes a number from 0 to 1').min(0).max(1),
    }).optional(),
    reminder_extraction: open({
      reminders_found: listOf(open({ content: text(), due_date: time().nullish() })),
    }).optional(),
  });

export const AI_EVENTS = {
  'ai.processing_started': defineEvent(
    'AI processing begins for a thought.',
    () => open({ ...jobFields(), services: listOf(text()), estimated_completion: time().optional() }),
    {
      job_id: 'job_abc123',
      thought_id: 'thought_456',
      services: ['categorization', 'reminder_extraction'],
      estimated_completion: '2024-01-15T10:33:00Z',
      user_id: 'user_123',
    },
  ),
  'ai.processing_completed': defineEvent(
    'AI processing completes.',
    () => open({ ...jobFields(), results: results() }),
    {
      job_id: 'job_abc123',
      thought_id: 'thought_456',
      results: {
        categorization: { suggested_category: 'cat_123', confidence: 0.92 },
        reminder_extraction: {
          reminders_found: [{ content: 'Follow up next week', due_date: '2024-01-22T09:00:00Z' }],
        },
      },
      user_id: 'user_123',
    },
  ),
  'ai.processing_failed': defineEvent(
    'AI processing fails.',
    () =>
      open({
        ...jobFields(),
        services: listOf(text()).optional(),
        error: open({ code: text(), message: text() }),
      }),
    {
      job_id: 'job_abc123',
      thought_id: 'thought_456',
      services: ['categorization'],
      error: { code: 'model_unavailable', message: 'The model gave no answer in time' },
      user_id: 'user_123',
    },
  ),
};
