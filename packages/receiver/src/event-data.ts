// Made of the event catalogue (core/catalogue) by bin/receiver/event-data.ts: a test holds it current.

/** The `data` of each event, by the event's name. */
export type EventData = {
  /** A new thought is created. */
  'thought.created': {
    thought: {
      id: string;
      content: string;
      category_id?: string | null;
      category?: {
        id: string;
        name: string;
        color?: string;
      } | null;
      tags: Array<string>;
      created_at: string;
      updated_at?: string;
      processing_status?: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A thought is modified. */
  'thought.updated': {
    thought: {
      content?: string;
      category_id?: string | null;
      category?: {
        id: string;
        name: string;
        color?: string;
      } | null;
      tags?: Array<string>;
      created_at?: string;
      updated_at?: string;
      processing_status?: string;
      id: string;
    };
    previous_values: {
      content?: string;
      category_id?: string | null;
      category?: {
        id: string;
        name: string;
        color?: string;
      } | null;
      tags?: Array<string>;
      created_at?: string;
      updated_at?: string;
      processing_status?: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A thought is deleted. */
  'thought.deleted': {
    thought_id: string;
    /** The user whose event it is. */
    user_id: string;
  };
  /** A new category is created. */
  'category.created': {
    category: {
      id: string;
      name: string;
      description?: string | null;
      color?: string;
      parent_id?: string | null;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A category is modified. */
  'category.updated': {
    category: {
      name?: string;
      description?: string | null;
      color?: string;
      parent_id?: string | null;
      id: string;
    };
    previous_values: {
      name?: string;
      description?: string | null;
      color?: string;
      parent_id?: string | null;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A category is deleted. */
  'category.deleted': {
    category_id: string;
    /** The user whose event it is. */
    user_id: string;
  };
  /** A new reminder is created. */
  'reminder.created': {
    reminder: {
      id: string;
      thought_id?: string | null;
      content: string;
      due_date: string;
      status: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A reminder becomes due. */
  'reminder.due': {
    reminder: {
      id: string;
      thought_id?: string | null;
      content: string;
      due_date: string;
      status: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A reminder is marked as completed. */
  'reminder.completed': {
    reminder: {
      id: string;
      thought_id?: string | null;
      content: string;
      due_date: string;
      status: string;
      completed_at: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A reminder becomes overdue. */
  'reminder.overdue': {
    reminder: {
      id: string;
      thought_id?: string | null;
      content: string;
      due_date: string;
      status: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** AI processing begins for a thought. */
  'ai.processing_started': {
    job_id: string;
    thought_id: string;
    /** The user whose event it is. */
    user_id: string;
    services: Array<string>;
    estimated_completion?: string;
  };
  /** AI processing completes. */
  'ai.processing_completed': {
    job_id: string;
    thought_id: string;
    /** The user whose event it is. */
    user_id: string;
    results: {
      categorization?: {
        suggested_category: string | null;
        confidence: number;
      };
      reminder_extraction?: {
        reminders_found: Array<{
          content: string;
          due_date?: string | null;
        }>;
      };
    };
  };
  /** AI processing fails. */
  'ai.processing_failed': {
    job_id: string;
    thought_id: string;
    /** The user whose event it is. */
    user_id: string;
    services?: Array<string>;
    error: {
      code: string;
      message: string;
    };
  };
  /** A user's subscription changes. */
  'user.subscription_updated': {
    subscription: {
      plan: string;
      status: string;
      current_period_end?: string | null;
    };
    previous_values: {
      plan?: string;
      status?: string;
      current_period_end?: string | null;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** User preferences are modified. */
  'user.preferences_updated': {
    preferences: Record<string, unknown>;
    previous_values: Record<string, unknown>;
    /** The user whose event it is. */
    user_id: string;
  };
  /** Cathcr turns one of your webhooks off. */
  'webhook.disabled': {
    /** The webhook that it is about. */
    webhook_id: string;
    /** Why, as `disabled_reason` of the webhook tells it. */
    reason: string;
    disabled_at: string;
    /** The delivery that was the reason. */
    delivery_id: string;
    /** The user whose event it is. */
    user_id: string;
  };
  /** All attempts of a delivery have failed, and it is given up. */
  'delivery.exhausted': {
    /** The webhook that it is about. */
    webhook_id: string;
    delivery: {
      /** Its id, as the API shows it. */
      id: string;
      /** The name of the event that was to be delivered. */
      event: string;
      event_id: string;
      /** When that event happened. */
      timestamp: string;
      /** When that event was accepted. */
      accepted_at: string;
      /** Which passage through the schedule it was. */
      run: number;
      /** How many attempts of this run were made. */
      attempt: number;
      /** Of the last response; null where none came. */
      status_code: number | null;
      /** What went wrong with the last attempt. */
      error: string;
    };
    /** The user whose event it is. */
    user_id: string;
  };
  /** A recovery has replayed all that one of your webhooks had missed. */
  'recovery.completed': {
    /** The webhook that it is about. */
    webhook_id: string;
    recovery: {
      /** Its id, within its webhook. */
      id: string;
      /** It took events accepted then or later, */
      since: string;
      /** and before then. */
      until: string;
      /** Which deliveries it took. */
      status: string;
      /** Deliveries to replay that it has come to. */
      found: number;
      /** How many of them it has replayed. */
      replayed: number;
      /** How many replays were accepted at their first attempt. */
      delivered: number;
    };
    /** The user whose event it is. */
    user_id: string;
  };
};
