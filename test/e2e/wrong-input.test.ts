import { beforeAll, describe, expect, test } from 'vitest';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { type Answer, useSystem } from './system.ts';

/** Production's address policy, as `STRICT_TARGETS=1 npm start` keeps it. */
describe('wrong input', () => {
  const system = useSystem({ context: { strictTargets: 'true' } });
  const customer = useCustomer(system);
  let webhookId: string;

  beforeAll(async () => {
    const body = { url: 'https://your-app.com/webhooks/cathcr', events: ['thought.created'] };
    webhookId = (await customer.call('POST', '/webhooks', body)).body.id;
  });

  function expectProblem(answer: Answer, status: number, ...fields: string[]) {
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: expect.stringMatching(/^urn:cathcr:problem:/),
      title: expect.any(String),
      status,
      detail: expect.any(String),
    });
    const named = (answer.body.errors ?? []).map(({ field }: { field: string }) => field);
    expect(named.toSorted()).toEqual(fields.toSorted());
  }

  const create = (body: unknown) => customer.call('POST', '/webhooks', body);
  const valid = { url: 'https://your-app.com/hook', events: ['thought.created'] };

  test.each([
    ['no key', undefined],
    ['a wrong key', 'Bearer cathcr_key_wrong'],
    ['no bearer', 'Basic dXNlcjpwYXNz'],
  ])('%s is a 401', async (_, authorization) => {
    const headers: Record<string, string> = authorization ? { authorization } : {};
    const answer = await system.call('GET', '/webhooks', { headers });
    expectProblem(answer, 401, 'Authorization');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('a key without the scope is a 403 that names it', async () => {
    const reader = await system.createKey('user_123', ['webhooks:read']);
    const answer = await system.call('POST', '/webhooks', { key: reader, body: valid });
    expectProblem(answer, 403, 'Authorization');
    expect(answer.body.detail).toContain('webhooks:write');
  });

  test.each([
    ['malformed JSON', '{"url":', ['body']],
    ['no object', '[]', ['body']],
    ['nothing', '', ['body']],
    ['an unknown field', { ...valid, colour: 'red' }, ['colour']],
    ['an unknown event', { ...valid, events: ['thought.created', 'thought.eaten'] }, ['events[1]']],
    ['empty events', { ...valid, events: [] }, ['events']],
    ['no URL', { events: ['thought.created'] }, ['url']],
    ['a bad URL', { ...valid, url: 'not a url' }, ['url']],
    ['credentials in the URL', { ...valid, url: 'https://user:pass@your-app.com/' }, ['url']],
    ['a short secret', { ...valid, secret: 'short' }, ['secret']],
    ['a masked secret', { ...valid, secret: '************cret' }, ['secret']],
    ['everything at once', { url: 1, events: 'all', active: 'yes', x: 1 }, ['active', 'events', 'url', 'x']],
  ])('a new webhook with %s is a 400 that names what is at fault', async (_, body, fields) => {
    expectProblem(await create(body), 400, ...fields);
  });

  const patch = (body: unknown) => customer.call('PATCH', `/webhooks/${webhookId}`, body);

  test('a change takes the same care', async () => {
    expectProblem(await patch({ id: 'webhook_1', events: [] }), 400, 'events', 'id');
  });

  needing('strictTargets').describe('where only public addresses may be called', () => {
    test.each([
      ['without TLS', 'http://your-app.com/hook'],
      ['with a private address', 'https://10.0.0.1/hook'],
      ['with the metadata address', 'https://169.254.169.254/latest'],
      ['with loopback in disguise', 'https://0x7f.1/hook'],
      ['with a name for loopback', 'https://localhost/hook'],
    ])('a URL %s is a 400 that names it', async (_, url) => {
      expectProblem(await create({ ...valid, url }), 400, 'url');
      expectProblem(await patch({ url }), 400, 'url');
    });
  });

  const unknown = `webhook_${'0'.repeat(32)}`;

  test("an unknown id, a malformed one and another user's are alike", async () => {
    const otherKey = await system.createKey('user_456');
    const answers = await Promise.all([
      customer.call('GET', `/webhooks/${unknown}`),
      customer.call('GET', '/webhooks/webhook_%20'),
      system.call('GET', `/webhooks/${webhookId}`, { key: otherKey }),
      system.call('PATCH', `/webhooks/${webhookId}`, { key: otherKey, body: { active: false } }),
      system.call('DELETE', `/webhooks/${webhookId}`, { key: otherKey }),
      system.call('GET', `/webhooks/${webhookId}/deliveries`, { key: otherKey }),
    ]);
    for (const answer of answers) expectProblem(answer, 404);
    const bodies = answers.map(({ body: { request_id, ...body } }) => body);
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect((await customer.call('GET', `/webhooks/${webhookId}`)).status).toBe(200);
  });

  needing('encodedSlashes').test('an id with encoded slashes is unknown like any other', async () => {
    const answer = await customer.call('GET', '/webhooks/..%2F..%2Fetc');
    expectProblem(answer, 404);
    const { detail } = (await customer.call('GET', `/webhooks/${unknown}`)).body;
    expect(answer.body.detail).toBe(detail);
  });

  test.each(['0', '1000', '-1', '1.5', 'ten', ''])('limit=%s is a 400', async (limit) => {
    expectProblem(await customer.call('GET', `/webhooks?limit=${limit}`), 400, 'limit');
    const path = `/webhooks/${webhookId}/deliveries?limit=${limit}`;
    expectProblem(await customer.call('GET', path), 400, 'limit');
  });

  test('an offset past 10,000 points to the cursor', async () => {
    const answer = await customer.call('GET', `/webhooks/${webhookId}/deliveries?offset=10001`);
    expectProblem(answer, 400, 'offset');
    expect(answer.body.detail).toContain('cursor');
  });

  test('an unknown parameter and a forged cursor are named', async () => {
    expectProblem(await customer.call('GET', '/webhooks?page=2'), 400, 'page');
    expectProblem(await customer.call('GET', '/webhooks?cursor=!!'), 400, 'cursor');
  });

  const publish = (body: unknown, headers = {}) =>
    system.call('POST', '/events', { key: customer.key, body, headers });

  test('a publish without user_id names it among all that is at fault', async () => {
    const answer = await publish({ event: 'thought.eaten', data: {}, timestamp: 'today', extra: 1 });
    expectProblem(answer, 400, 'data.user_id', 'event', 'extra', 'timestamp');
    expectProblem(
      await publish({ event: 'thought.deleted', data: {} }),
      400,
      'data.thought_id',
      'data.user_id',
    );
    expectProblem(await publish({}), 400, 'data', 'event');
  });

  test('an id that is none, and two that differ', async () => {
    const event = givenEvent('thought.created');
    expectProblem(await publish({ ...event, id: 'with space' }), 400, 'id');
    expectProblem(await publish({ ...event, id: 'a' }, { 'Idempotency-Key': 'b' }), 400, 'Idempotency-Key');
  });

  test('an event over 256 KiB is a 413, before anything else is looked at', async () => {
    const large = JSON.stringify({ event: 'x', data: 'x'.repeat(256 * 1024) });
    expectProblem(await publish(large), 413, 'body');
    expectProblem(await system.call('POST', '/events', { body: large }), 413, 'body');
  });

  test('a method or a path that does not exist is a 405 or a 404', async () => {
    const put = await customer.call('PUT', `/webhooks/${webhookId}`, {});
    expectProblem(put, 405);
    expect(put.headers.get('allow')).toBe('GET, PATCH, DELETE');
    expectProblem(await customer.call('GET', '/nothing/here'), 404);
    expectProblem(await customer.call('GET', '/'), 404);
  });
});
