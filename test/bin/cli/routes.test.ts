import { expect, test } from 'vitest';
import type { RouteKey } from '../../../core/routes.ts';
import { givenCli } from './given-cli.ts';

const ENOUGH = 'that is all that is looked at here';
const W = 'webhook_1';

/** The command for every route. */
const LINES: Record<RouteKey, string[]> = {
  'POST /webhooks': ['webhooks', 'create', '--url', 'https://x'],
  'GET /webhooks': ['webhooks', 'list'],
  'GET /webhooks/{webhook_id}': ['webhooks', 'get', W],
  'PATCH /webhooks/{webhook_id}': ['webhooks', 'update', W, '--url', 'https://x'],
  'DELETE /webhooks/{webhook_id}': ['webhooks', 'delete', W, '--yes'],
  'POST /webhooks/{webhook_id}/filter/test': ['webhooks', 'test-filter', W],
  'POST /webhooks/{webhook_id}/secret/rotate': ['webhooks', 'rotate-secret', W],
  'POST /webhooks/{webhook_id}/secret/rotate/end': ['webhooks', 'end-rotation', W, '--keep', 'new'],
  'GET /webhooks/{webhook_id}/deliveries': ['deliveries', 'list', W],
  'GET /webhooks/{webhook_id}/deliveries/{delivery_id}': ['deliveries', 'get', W, 'delivery_1'],
  'GET /webhooks/{webhook_id}/logs': ['logs', W],
  'GET /webhooks/{webhook_id}/stats': ['stats', W],
  'POST /webhooks/{webhook_id}/test': ['test', W],
  'POST /webhooks/{webhook_id}/replay/{delivery_id}': ['replay', W, 'delivery_1'],
  'POST /webhooks/{webhook_id}/recoveries': ['recoveries', 'start', W, '--since', '1h'],
  'GET /webhooks/{webhook_id}/recoveries': ['recoveries', 'list', W],
  'GET /webhooks/{webhook_id}/recoveries/{recovery_id}': ['recoveries', 'show', W, 'recovery_1'],
  'POST /webhooks/{webhook_id}/recoveries/{recovery_id}/cancel': ['recoveries', 'cancel', W, 'recovery_1'],
  'POST /events': ['events', 'publish', 'thought.created', '--data', '{}'],
  'GET /event-types': ['events', 'types'],
  'GET /ip-ranges': ['ip-ranges'],
  'GET /openapi.json': ['openapi'],
};

test.each(Object.entries(LINES))('%s has a command', async (route, line) => {
  const { run, requests } = givenCli(() => {
    throw new Error(ENOUGH);
  });

  await expect(run(...line)).rejects.toThrow(ENOUGH);

  const [{ method, path } = { method: '', path: '' }] = requests;
  const ids: Record<string, string> = { webhook_id: W, delivery_id: 'delivery_1', recovery_id: 'recovery_1' };
  expect(`${method} ${path}`).toBe(route.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? ''));
});
