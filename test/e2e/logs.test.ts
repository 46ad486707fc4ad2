import { beforeAll, expect, test } from 'vitest';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, useSystem } from './system.ts';

type Line = Record<string, any>;

/** What CloudWatch makes metrics of; nothing in a line that is not meant for it. */
const metricsOf = (line: Line) => line['_aws']?.CloudWatchMetrics;

const SECRET = 'a_secret_that_nobody_may_see';
const EVENT_ID = 'correlation-1';

needing('laptop').describe('the logs of the functions', () => {
  const texts: string[] = [];
  const lines = () => texts.flatMap((text): Line[] => (text.startsWith('{') ? [JSON.parse(text)] : []));
  const linesOf = (message: string) => lines().filter((line) => line.message === message);
  const system = useSystem({ onFunctionLog: (_, line) => texts.push(line) });
  const customer = useCustomer(system);
  let webhookId: string;

  beforeAll(async () => {
    await system.setBehaviour('failing', { status: 500 });
    const url = `${system.inboxUrl('failing')}?token=t0ken`;
    const body = { url, events: ['thought.deleted'], secret: SECRET };
    webhookId = (await customer.call('POST', '/webhooks', body)).body.id;
    await customer.call('POST', '/events', { id: EVENT_ID, ...givenEvent('thought.deleted') });
    await eventually(async () => expect(await system.schedules()).toHaveLength(1));
    await system.advance(300);
    await eventually(async () => expect(linesOf('attempt')).toHaveLength(3));
  });

  test('tell the way of an event by its id, from the request that published it to each attempt', () => {
    expect(linesOf('event published')).toEqual([
      expect.objectContaining({
        event_id: EVENT_ID,
        event: 'thought.deleted',
        request_id: expect.stringMatching(/.+/),
      }),
    ]);
    expect(linesOf('events dispatched')).toEqual([expect.objectContaining({ webhooks: { [EVENT_ID]: 1 } })]);
    // That an attempt is the first is usual, and left out.
    expect(linesOf('attempt').map(({ event_id, attempt }) => [event_id, attempt])).toEqual([
      [EVENT_ID, undefined],
      [EVENT_ID, 2],
      [EVENT_ID, 3],
    ]);
  });

  test('name it in the schedule of a retry as well, whose dead letter would tell of it', async () => {
    const [schedule] = await eventually(async () => {
      const schedules = await system.schedules();
      expect(schedules).toHaveLength(1);
      return schedules;
    });
    expect(JSON.parse(schedule?.input.MessageBody ?? '')).toMatchObject({ event_id: EVENT_ID });
  });

  test('tell numbers in one line for each batch, under the name of the stack, of no customer', async () => {
    const measured = await eventually(async () => {
      const found = lines().filter(metricsOf);
      expect(found.filter(({ service }) => service === 'deliverer')).toHaveLength(3);
      return found;
    });
    for (const line of measured) {
      expect(metricsOf(line)).toEqual([
        expect.objectContaining({ Namespace: 'CathcrWebhooks-local', Dimensions: [['service']] }),
      ]);
    }
    const ofDeliverer = measured.filter(({ service }) => service === 'deliverer');
    expect(ofDeliverer.map(({ Failed, Failed5xx, Retried }) => [Failed, Failed5xx, Retried])).toEqual([
      [1, 1, undefined],
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(measured.filter(({ service }) => service === 'dispatcher')).toEqual([]);
    expect(JSON.stringify(measured)).not.toContain(webhookId);
  });

  test('hold no secret, key, payload or URL', () => {
    const { data } = givenEvent('thought.deleted') as { data: { thought_id: string } };
    const all = texts.join('\n');
    for (const hidden of [SECRET, customer.key, data.thought_id, 't0ken', '/_local/inbox'])
      expect(all).not.toContain(hidden);
  });
});
