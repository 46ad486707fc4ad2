import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { findUrlFault } from '../../core/address-policy.ts';
import { createPost } from '../../lambdas/outbound/post.ts';

afterEach(() => {
  vi.useRealTimers();
});

// Contract, "Delivery Expectations".
test('a receiver has 30 seconds to answer, and no more', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  onTestFinished(() => silent.closeAllConnections());
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  let isOver = false;
  const request = { url, headers: {}, body: Buffer.from('{}'), at: 0, receiveCount: 1 };
  const posted = createPost('any')(request).finally(() => (isOver = true));
  await once(silent, 'request');

  vi.advanceTimersByTime(29_999);
  for (let turns = 0; turns < 10; turns += 1) await setImmediate();
  expect(isOver).toBe(false);

  vi.advanceTimersByTime(1);
  expect((await posted).result).toMatchObject({ statusCode: null, error: 'Connection timeout' });
});

// Contract, "Creating a Webhook", "Using ngrok" and "Using webhook.site".
test.each([
  'https://your-app.com/webhooks/cathcr',
  'https://abc123.ngrok.io/webhooks/cathcr',
  'https://webhook.site/12345678-1234-1234-1234-123456789012',
])('%s, which the contract suggests, may be the URL of a webhook in production', (url) => {
  expect(findUrlFault(url, 'public')).toBeUndefined();
});
