import { expect, onTestFinished, test, vi } from 'vitest';
import { lookupHost, resolveHost } from '../../../lambdas/outbound/resolve-host.ts';

test('all addresses of a name are told', async () => {
  const addresses = ['93.184.216.34', '10.0.0.1'];
  expect(await resolveHost('your-app.com', async () => addresses)).toEqual(addresses);
});

test('the system is asked', async () => {
  expect(await resolveHost('localhost')).toEqual(await lookupHost('localhost'));
  expect(await lookupHost('localhost')).toContain('127.0.0.1');
});

test('a name that does not resolve has no addresses', async () => {
  const lookUp = () => Promise.reject(new Error('no such name'));
  expect(await resolveHost('your-app.com', lookUp)).toEqual([]);
});

test('a resolver that hangs is not waited for', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const resolved = resolveHost('your-app.com', () => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(2000);
  expect(await resolved).toEqual([]);
});
