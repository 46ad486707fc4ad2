import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { runScript } from '../bin/run-script.ts';
import { givenEvent } from '../samples.ts';
import { putOnBus, readEventsDeadLetters } from './bus.ts';
import { useCustomer } from './customer.ts';
import { needing, reasonWithout } from './needs.ts';
import { eventually, useSystem } from './system.ts';

describe('webhooks', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  const url = 'https://your-app.com/webhooks/cathcr';

  // Contract, "Creating a Webhook".
  test('are created as the contract shows', async () => {
    const body = {
      url,
      events: ['thought.created', 'thought.updated', 'reminder.due'],
      secret: 'your_webhook_secret',
      active: true,
      description: 'Main application webhook',
    };
    const answer = await customer.call('POST', '/webhooks', body);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^webhook_/),
      url,
      events: body.events,
      active: true,
      secret: 'your_webhook_secret',
      created_at: expect.any(String),
      last_delivery: null,
      delivery_count: 0,
      failure_count: 0,
    });
    expect(answer.headers.get('location')).toBe(`/webhooks/${answer.body.id}`);
    const read = await customer.call('GET', `/webhooks/${answer.body.id}`);
    expect(read.body).toEqual({ ...answer.body, secret: '************cret' });
  });

  // Contract, "Managing Webhooks".
  test('are listed, changed and deleted', async () => {
    const owner = await system.createKey('user_list');
    const ids: string[] = [];
    for (const description of ['first', 'second', 'third']) {
      const body = { url, events: ['*'], description };
      ids.unshift((await system.call('POST', '/webhooks', { key: owner, body })).body.id);
    }
    const listed = await system.call('GET', '/webhooks?limit=2', { key: owner });
    expect(listed.body.webhooks.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    expect(listed.body.pagination).toMatchObject({ total: 3, limit: 2, offset: 0 });
    expect(listed.body.webhooks[0].secret).toMatch(/^\*{12}.{4}$/);

    const body = { events: ['thought.created', 'reminder.due'], active: false };
    const patched = await system.call('PATCH', `/webhooks/${ids[0]}`, { key: owner, body });
    expect([patched.status, patched.body]).toMatchObject([200, body]);

    expect((await system.call('DELETE', `/webhooks/${ids[0]}`, { key: owner })).status).toBe(204);
    expect((await system.call('DELETE', `/webhooks/${ids[0]}`, { key: owner })).status).toBe(404);
    const rest = await system.call('GET', '/webhooks', { key: owner });
    expect(rest.body.webhooks.map(({ id }: { id: string }) => id)).toEqual(ids.slice(1));
  });

  test('a repeated create under one Idempotency-Key makes one webhook', async () => {
    const owner = await system.createKey('user_idempotent');
    const idempotencyKey = `create-${randomUUID()}`;
    const create = (events: string[]) =>
      system.call('POST', '/webhooks', {
        key: owner,
        body: { url, events },
        headers: { 'Idempotency-Key': idempotencyKey },
      });

    const answers = await Promise.all([create(['*']), create(['*']), create(['*'])]);

    for (const answer of answers) expect([answer.status, answer.body]).toEqual([201, answers[0]?.body]);
    expect((await system.call('GET', '/webhooks', { key: owner })).body.pagination.total).toBe(1);
    const other = await create(['thought.created']);
    expect(other.status).toBe(409);
    expect(other.body.errors).toMatchObject([{ field: 'Idempotency-Key' }]);
  });

  test('groups and * stand for their events', async () => {
    const owner = await system.createKey('user_groups');
    for (const [inbox, events] of Object.entries({
      all: ['*'],
      thoughts: ['thought.*'],
      users: ['user.*'],
    })) {
      await system.call('POST', '/webhooks', { key: owner, body: { url: system.inboxUrl(inbox), events } });
    }
    for (const type of ['thought.deleted', 'user.preferences_updated', 'reminder.due'] as const) {
      await customer.call('POST', '/events', givenEvent(type, 'user_groups'));
    }
    const eventsAt = async (inbox: string) =>
      (await system.requests(inbox)).map(({ headers }) => String(headers['x-cathcr-event'])).toSorted();
    await eventually(async () => {
      expect(await eventsAt('all')).toEqual(['reminder.due', 'thought.deleted', 'user.preferences_updated']);
      expect(await eventsAt('thoughts')).toEqual(['thought.deleted']);
      expect(await eventsAt('users')).toEqual(['user.preferences_updated']);
    });
  });

  test('headers of one’s own are sent, and shown in full by the answer that sets them alone', async () => {
    const owner = await system.createKey('user_headers');
    const token = 'Bearer a_token_of_mine';
    const headers = { Authorization: token, 'X-Team': 'blue' };
    const body = { url: system.inboxUrl('headers'), events: ['reminder.due'], headers };
    const created = await system.call('POST', '/webhooks', { key: owner, body });
    expect(created.body.headers).toEqual(headers);
    const masked = { Authorization: '************mine', 'X-Team': '************' };
    const path = `/webhooks/${created.body.id}`;
    expect((await system.call('GET', path, { key: owner })).body.headers).toEqual(masked);

    await customer.call('POST', '/events', givenEvent('reminder.due', 'user_headers'));
    const [request] = await eventually(async () => {
      const requests = await system.requests('headers');
      expect(requests).toHaveLength(1);
      return requests;
    });
    expect(request?.headers).toMatchObject({
      authorization: token,
      'x-team': 'blue',
      'x-cathcr-event': 'reminder.due',
    });
    const [attempt] = await eventually(async () => {
      const { logs } = (await system.call('GET', `${path}/logs`, { key: owner })).body;
      expect(logs).toHaveLength(1);
      return logs;
    });
    expect(attempt.request.headers).toMatchObject(masked);

    const back = await system.call('PATCH', path, { key: owner, body: { headers: masked } });
    expect([back.status, back.body.errors?.length]).toEqual([400, 2]);
    const removed = await system.call('PATCH', path, { key: owner, body: { headers: null } });
    expect(removed.body.headers).toEqual({});
    await system.call('DELETE', path, { key: owner });
  });

  needing('outputs').test(
    'an event on the bus that is none of the catalogue is a dead letter, and not delivered',
    async () => {
      await customer.call('POST', '/webhooks', { url: system.inboxUrl('bus'), events: ['*'] });
      const mark = randomUUID();
      await putOnBus(system, { event: 'thought.created', data: { user_id: 'user_123', mark } });
      await putOnBus(system, givenEvent('thought.deleted'));

      await eventually(async () => expect(await system.requests('bus')).toHaveLength(1));
      const [letter] = await eventually(async () => {
        const letters = (await readEventsDeadLetters(system)).filter(({ body }) => body.includes(mark));
        expect(letters).toHaveLength(1);
        return letters;
      });
      expect(letter?.reason).toContain('data.thought takes an object');
      expect(JSON.parse(letter?.body ?? '').detail).toMatchObject({ event: 'thought.created' });
    },
  );

  needing('outputs').describe('npm run api-key', () => {
    const table = () =>
      reasonWithout('laptop') ? ['--table', system.outputs.TableName ?? ''] : ['--local', system.url];
    const apiKey = (...args: string[]) => runScript('api-key', [...args, ...table()]);

    test('creates, lists and revokes keys', async () => {
      const user = ['--user', 'user_cli'];
      const created = await apiKey('create', ...user, '--scopes', 'webhooks:read,webhooks:write');
      const [secret = ''] = /cathcr_key_\S+/.exec(created.stdout) ?? [];
      const [id = ''] = /^key_\S+/.exec(created.stdout) ?? [];
      expect((await system.call('GET', '/webhooks', { key: secret })).status).toBe(200);
      expect((await system.call('POST', '/events', { key: secret, body: {} })).body.detail).toContain(
        'events:publish',
      );

      const listed = (await apiKey('list', ...user)).stdout;
      expect(listed).toMatch(new RegExp(`^${id}  user_cli  webhooks:read,webhooks:write  20`));
      expect(listed).not.toContain(secret);

      expect((await apiKey('revoke', ...user, '--id', id)).stdout).toContain('is revoked');
      expect((await apiKey('list', ...user)).stdout).toBe('no keys\n');
      await system.advance(60);
      await eventually(async () => {
        expect((await system.call('GET', '/webhooks', { key: secret })).status).toBe(401);
      });
    });

    test('says what is wrong with a command', async () => {
      expect(await apiKey('create', '--user', 'u', '--scopes', 'all')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--scopes: there is no all'),
      });
      expect(await apiKey('drop', '--user', 'u')).toMatchObject({ code: 2 });
      expect(await apiKey('revoke', '--user', 'u', '--id', 'key_1')).toMatchObject({ code: 1 });
    });
  });
});
