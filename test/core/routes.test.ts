import { expect, test } from 'vitest';
import { ROUTES } from '../../core/routes.ts';

test('reading takes webhooks:read, changing webhooks:write, publishing events:publish', () => {
  const access = Object.entries(ROUTES).map(([routeKey, route]) => [routeKey, route.access]);
  expect(Object.fromEntries(access)).toMatchObject({
    'POST /webhooks': 'webhooks:write',
    'GET /webhooks': 'webhooks:read',
    'GET /webhooks/{webhook_id}': 'webhooks:read',
    'PATCH /webhooks/{webhook_id}': 'webhooks:write',
    'DELETE /webhooks/{webhook_id}': 'webhooks:write',
    'GET /webhooks/{webhook_id}/deliveries': 'webhooks:read',
    'POST /events': 'events:publish',
  });
});

test('nothing of a webhook or an event is to be had without a key', () => {
  const open = Object.entries(ROUTES).filter(([, route]) => !/^(webhooks|events):/.test(route.access));
  expect(open.filter(([routeKey]) => /\/(webhooks|events)\b(?!-)/.test(routeKey))).toEqual([]);
});
