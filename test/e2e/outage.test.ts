import { expect, test } from 'vitest';
import { listDeadLetters, putBackAfterOutage } from '../../soak/operator.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { VISIBILITY_SECONDS } from './queues.ts';
import { eventually, useSystem, whenQuiet } from './system.ts';

/** More often than it may be received. */
const MAX_MOVES = 60;

needing('laptop').describe('an outage that outlasts all receives of a message', () => {
  const system = useSystem();
  const customer = useCustomer(system);

  test('leaves a dead letter, and a line that goes on once it is put back', async () => {
    const id = await customer.givenWebhook('line', { status: 500 });
    await customer.call('PATCH', `/webhooks/${id}`, { ordered: true });
    await customer.publish();
    await customer.whenScheduled(id);
    await customer.publish();
    await whenQuiet(system);
    await system.setBehaviour('line', { status: 200 });
    await system.armFaults({ rules: [{ fault: 'failed', at: 'dynamodb:*' }] });
    await system.advance(300);
    await eventually(async () => expect(await system.countMessages()).toBe(1));
    for (let n = 0; n < MAX_MOVES && (await system.countMessages()) > 0; n += 1)
      await system.advance(VISIBILITY_SECONDS);
    await system.disarmFaults();
    await whenQuiet(system);
    expect(await listDeadLetters(system.url)).toHaveLength(1);
    expect(await system.requests('line')).toHaveLength(2);

    expect(await putBackAfterOutage(system.url)).toBe(1);
    await customer.requestsOf('line', 4);
    await whenQuiet(system);
    expect(await putBackAfterOutage(system.url)).toBe(0);
  });
});
