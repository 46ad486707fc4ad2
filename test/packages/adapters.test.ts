import { randomUUID } from 'node:crypto';
import express from 'express';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { signBody } from '../../core/signature.ts';
import { receiveWebhooks } from '../../packages/receiver/src/express.ts';
import { type Handler, MemoryStore, type ReceiverOptions } from '../../packages/receiver/src/index.ts';
import { receiveWebhooks as receiveOnTheWeb } from '../../packages/receiver/src/web.ts';
import { HOSTS, type Host } from './hosts.ts';

const secret = 'your_webhook_secret';
const EVENT = {
  event: 'thought.deleted',
  timestamp: '2024-01-15T10:40:00Z',
  data: { thought_id: 'thought_456', user_id: 'user_123' },
  webhook_id: 'webhook_018d0c5e8f1a7b3c9d2e4f5a6b7c8d9e',
};

/** A request to a webhook as Cathcr makes it. */
const signed = (body: string, id: string = randomUUID()) => ({
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'X-Cathcr-Delivery': id,
    'X-Cathcr-Signature-256': signBody(Buffer.from(body), secret),
  },
  body,
});

const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

describe.each(Object.entries(HOSTS))('a receiver on %s', (name, start) => {
  async function given(handler: Handler, more: Partial<ReceiverOptions> = {}) {
    const host = await start({ secret, scheme: 'cathcr', ...more }, handler);
    hosts.push(host);
    const post = async (request: RequestInit) => {
      const response = await fetch(host.url, request);
      return { status: response.status, text: await response.text() };
    };
    return { url: host.url, post };
  }

  test('hands a delivery over, typed, and each once', async () => {
    const handler = vi.fn<Handler>();
    const { post } = await given(handler);
    const request = signed(JSON.stringify(EVENT));
    expect(await post(request)).toEqual({ status: 200, text: 'taken' });
    expect(await post(request)).toEqual({ status: 200, text: 'taken before' });
    const id = request.headers['X-Cathcr-Delivery'];
    expect(handler.mock.calls).toEqual([[EVENT, { id, event: EVENT }]]);
  });

  test('refuses what is not signed, and says why', async () => {
    const [handler, onRefused] = [vi.fn<Handler>(), vi.fn()];
    const { url, post } = await given(handler, { onRefused });
    expect(await post({ method: 'POST' })).toEqual({
      status: 401,
      text: 'there is no x-cathcr-signature-256',
    });
    expect(await post({ ...signed('{}'), body: JSON.stringify(EVENT) })).toEqual({
      status: 401,
      text: 'the signature was not made of these bytes with this secret',
    });
    expect(await post(signed('nonsense'))).toEqual({ status: 400, text: 'the body is not an event' });
    const codes = ['missing-header', 'wrong-signature', 'malformed-body'];
    expect(onRefused.mock.calls.map(([{ code }]) => code)).toEqual(codes);
    const { status } = await fetch(url, { method: 'GET' });
    expect(status).toBe(name === 'Fastify' ? 404 : 405);
    expect(handler).not.toHaveBeenCalled();
  });

  test('answers 500 where the work fails, and takes the retry', async () => {
    const [handler, onError] = [vi.fn<Handler>(), vi.fn()];
    const { post } = await given(handler, { onError });
    handler.mockRejectedValueOnce(new Error('the database is away'));
    const request = signed(JSON.stringify(EVENT));
    const { status, text } = await post(request);
    expect([status, text]).toEqual([500, 'it could not be taken: send it again']);
    expect(onError.mock.calls).toEqual([[new Error('the database is away'), expect.anything()]]);
    expect(await post(request)).toEqual({ status: 200, text: 'taken' });
  });

  test('answers 503 while an earlier attempt is worked on', async () => {
    let finish = () => {};
    const handler = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const { post } = await given(handler);
    const request = signed(JSON.stringify(EVENT));
    const first = post(request);
    await vi.waitFor(() => expect(handler).toHaveBeenCalled());
    expect((await post(request)).status).toBe(503);
    finish();
    expect((await first).status).toBe(200);
  });

  test('lets the largest event in, and no more than 512 KiB', async () => {
    const { post } = await given(() => undefined);
    const note = (length: number) =>
      JSON.stringify({ ...EVENT, data: { ...EVENT.data, note: 'ü'.repeat(length) } });
    expect((await post(signed(note(131_000)))).status).toBe(200);
    expect((await post(signed(note(280_000)))).status).toBe(413);
  });

  test('is not made without a secret', async () => {
    const options = { secret: undefined } as never;
    await expect(async () => start(options, () => undefined)).rejects.toThrow('secret is missing');
  });

  if (['Express', 'Fastify', 'Hono'].includes(name)) {
    test('leaves the bodies of other routes to them', async () => {
      const { url } = await given(() => undefined);
      const { body, headers } = signed(JSON.stringify(EVENT));
      const echo = new URL('/echo', url);
      expect(await (await fetch(echo, { method: 'POST', body, headers })).json()).toEqual(EVENT);
    });
  }
});

test('a store may be one of yours, and its trouble is a failure like any other', async () => {
  const store = new MemoryStore();
  const claim = vi.spyOn(store, 'claim').mockImplementation(() => {
    throw new Error('the table is away');
  });
  const onError = vi.fn();
  const receive = receiveOnTheWeb({ secret, scheme: 'cathcr', store, onError }, () => undefined);
  const post = () => receive(new Request('http://localhost', signed(JSON.stringify(EVENT), 'one')));
  expect((await post()).status).toBe(500);
  expect(onError).toHaveBeenCalledWith(
    new Error('the table is away'),
    expect.objectContaining({ id: 'one' }),
  );
  claim.mockRestore();
  expect((await post()).status).toBe(200);
  expect(store.claim('one', 'token')).toBe('taken');
});

test('what has been parsed before its signature is told of', async () => {
  const onError = vi.fn((_error, _request, response, _next) => response.status(500).end());
  const app = express();
  app.use(express.json());
  app.post(
    '/',
    receiveWebhooks({ secret }, () => undefined),
  );
  app.use(onError);
  const server = app.listen(0);
  hosts.push({ url: '', stop: async () => void server.close() });
  const { port } = server.address() as { port: number };
  const response = await fetch(`http://localhost:${port}`, signed(JSON.stringify(EVENT)));
  expect(response.status).toBe(500);
  expect(String(onError.mock.calls[0]?.[0])).toMatch(/put receiveWebhooks before express\.json/);

  const read = new Request('http://localhost', signed('{}'));
  await read.text();
  await expect(receiveOnTheWeb({ secret }, () => undefined)(read)).rejects.toThrow('read before');
});

test('in Express, bodies that express.raw has read are taken', async () => {
  const app = express();
  app.use(express.raw({ type: 'application/json' }));
  app.post(
    '/',
    receiveWebhooks({ secret, scheme: 'cathcr' }, () => undefined),
  );
  const server = app.listen(0);
  hosts.push({ url: '', stop: async () => void server.close() });
  const { port } = server.address() as { port: number };
  const response = await fetch(`http://localhost:${port}`, signed(JSON.stringify(EVENT)));
  expect(response.status).toBe(200);
});
