/** The events that the contract shows, as it shows them, less the `webhook_id` that a delivery adds. */
export const CONTRACT_SAMPLES = [
  {
    event: 'thought.created',
    timestamp: '2024-01-15T10:30:00Z',
    data: {
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
  },
  {
    event: 'thought.updated',
    timestamp: '2024-01-15T10:35:00Z',
    data: {
      thought: { id: 'thought_456', content: 'Updated thought content', category_id: 'cat_124' },
      previous_values: { content: 'Original thought content', category_id: 'cat_123' },
      user_id: 'user_123',
    },
  },
  {
    event: 'thought.deleted',
    timestamp: '2024-01-15T10:40:00Z',
    data: { thought_id: 'thought_456', user_id: 'user_123' },
  },
  {
    event: 'category.created',
    timestamp: '2024-01-15T11:00:00Z',
    data: {
      category: {
        id: 'cat_456',
        name: 'New Project',
        description: 'Project-specific thoughts',
        color: '#10B981',
        parent_id: 'cat_123',
      },
      user_id: 'user_123',
    },
  },
  {
    event: 'reminder.created',
    timestamp: '2024-01-15T11:15:00Z',
    data: {
      reminder: {
        id: 'rem_789',
        thought_id: 'thought_456',
        content: 'Follow up on project',
        due_date: '2024-01-20T14:00:00Z',
        status: 'pending',
      },
      user_id: 'user_123',
    },
  },
  {
    event: 'reminder.due',
    timestamp: '2024-01-20T14:00:00Z',
    data: {
      reminder: {
        id: 'rem_789',
        thought_id: 'thought_456',
        content: 'Follow up on project',
        due_date: '2024-01-20T14:00:00Z',
        status: 'due',
      },
      user_id: 'user_123',
    },
  },
  {
    event: 'ai.processing_started',
    timestamp: '2024-01-15T10:31:00Z',
    data: {
      job_id: 'job_abc123',
      thought_id: 'thought_456',
      services: ['categorization', 'reminder_extraction'],
      estimated_completion: '2024-01-15T10:33:00Z',
      user_id: 'user_123',
    },
  },
  {
    event: 'ai.processing_completed',
    timestamp: '2024-01-15T10:32:30Z',
    data: {
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
  },
];
