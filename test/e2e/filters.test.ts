import { describe, expect, test } from 'vitest';
import { EVENT_CATALOGUE } from '../../core/event-catalogue.ts';
import { useCustomer } from './customer.ts';
import { eventually, useSystem } from './system.ts';

describe('filters', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  async function givenWebhook(inbox: string, filter: unknown) {
    const events = ['thought.created', 'thought.deleted'];
    const { status, body } = await customer.call('POST', '/webhooks', {
      url: system.inboxUrl(inbox),
      events,
      filter,
    });
    expect(status).toBe(201);
    expect(body.filter).toEqual(filter);
    return body.id as string;
  }

  const sample = { event: 'thought.created', data: EVENT_CATALOGUE['thought.created'].sample };
  const publish = async (content: string, tags: string[]) => {
    const data = { ...sample.data, thought: { ...sample.data.thought, content, tags } };
    expect((await customer.call('POST', '/events', { ...sample, data })).status).toBe(202);
  };

  /** Waits until an inbox has received thoughts of these contents, in any order, and no other. */
  const whenReceived = (inbox: string, contents: string[]) =>
    eventually(async () => {
      const bodies = (await system.requests(inbox)).map(({ body }) => JSON.parse(body));
      const received = bodies.map(({ data }): string => data.thought.content);
      expect(received.toSorted()).toEqual(contents);
    });

  test('let through what matches, and leave no delivery of anything else', async () => {
    const work = await givenWebhook('work', { thought: { tags: ['work', { prefix: 'work-' }] } });
    await givenWebhook('all', null);

    await publish('a', ['home']);
    await whenReceived('all', ['a']);
    await publish('b', ['home', 'work-2']);
    await whenReceived('all', ['a', 'b']);
    await whenReceived('work', ['b']);
    await eventually(async () => {
      const { pagination } = (await customer.call('GET', `/webhooks/${work}/deliveries`)).body;
      expect(pagination.total).toBe(1);
    });

    expect((await customer.call('PATCH', `/webhooks/${work}`, { filter: null })).body.filter).toBeNull();
    await publish('c', ['home']);
    await whenReceived('work', ['b', 'c']);
  });

  test('are not asked about tests', async () => {
    const id = await givenWebhook('tested', { thought: { id: ['no such thought'] } });
    expect((await customer.call('POST', `/webhooks/${id}/test`)).status).toBe(202);
    await whenReceived('tested', [sample.data.thought.content]);
  });

  test('can be tried, the own one on a sample and another on other data', async () => {
    const id = await givenWebhook('tried', { thought: { tags: ['work'] } });
    const own = await customer.call('POST', `/webhooks/${id}/filter/test`);
    expect(own.body).toMatchObject({ matches: false, event: 'thought.created', subscribed: true });
    expect(own.body.mismatches).toEqual([
      {
        field: 'data.thought.tags',
        detail: `is ${JSON.stringify(sample.data.thought.tags[0])}; the filter takes ["work"]`,
      },
    ]);
    const body = { event: 'reminder.due', data: { a: 3 }, filter: { a: [{ numeric: ['>', 2] }] } };
    expect((await customer.call('POST', `/webhooks/${id}/filter/test`, body)).body).toEqual({
      matches: true,
      mismatches: [],
      event: 'reminder.due',
      subscribed: false,
    });
  });

  test('with faults are refused by place, whether saved or tried, and names that objects inherit are kept', async () => {
    const id = await givenWebhook('odd', null);
    for (const [method, path] of [
      ['PATCH', `/webhooks/${id}`],
      ['POST', `/webhooks/${id}/filter/test`],
    ] as const) {
      const { status, body } = await customer.call(method, path, {
        filter: { thought: { tags: [{ prefx: 'x' }], id: 7 } },
      });
      expect(status).toBe(400);
      expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
        'filter.thought.tags[0].prefx',
        'filter.thought.id',
      ]);
    }
    const text = '{"__proto__":{"constructor":["a"]}}';
    await customer.call('PATCH', `/webhooks/${id}`, `{"filter":${text}}`);
    const read = await customer.call('GET', `/webhooks/${id}`);
    expect(JSON.stringify(read.body.filter)).toBe(text);
  });
});
