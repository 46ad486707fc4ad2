import * as z from 'zod';
import { once } from '../once.ts';
import { defineEvent, open, text, time, userId } from './define-event.ts';

const subscription = once(() =>
  open({
    plan: text(),
    status: text(),
    current_period_end: time().nullish(),
  }),
);
const preferences = () => z.record(z.string(), z.unknown(), 'takes an object');

export const USER_EVENTS = {
  'user.subscription_updated': defineEvent(
    "A user's subscription changes.",
    () =>
      open({ subscription: subscription(), previous_values: subscription().partial(), user_id: userId() }),
    {
      subscription: { plan: 'pro', status: 'active', current_period_end: '2024-02-15T00:00:00Z' },
      previous_values: { plan: 'free' },
      user_id: 'user_123',
    },
  ),
  'user.preferences_updated': defineEvent(
    'User preferences are modified.',
    () => open({ preferences: preferences(), previous_values: preferences(), user_id: userId() }),
    {
      preferences: { theme: 'dark', language: 'en' },
      previous_values: { theme: 'light' },
      user_id: 'user_123',
    },
  ),
};
