import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EXPRESS_OF_THE_CONTRACT, FLASK_OF_THE_CONTRACT } from '../examples/contract-receivers.ts';
import { flaskIsMissing } from '../examples/python.ts';
import { type ReceiverProcess, startReceiver } from '../examples/receiver-process.ts';
import { givenEvent } from '../samples.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { eventually, useSystem } from './system.ts';

const SECRET = 'your_webhook_secret';
const cwd = join(import.meta.dirname, '../..');

// Contract, "HMAC Signature Verification": what customers have copied must go on working.
needing('receiversHere').describe('the receivers that the contract shows', () => {
  const system = useSystem();
  const customer = useCustomer(system);
  const receivers: ReceiverProcess[] = [];
  afterAll(async () => {
    for (const receiver of receivers) await receiver.stop();
  });

  async function whenDelivered(url: string, secret: string, expected: object) {
    const body = { url, events: ['thought.created'], secret };
    const { id } = (await customer.call('POST', '/webhooks', body)).body;
    await customer.call('POST', '/events', givenEvent('thought.created'));
    await eventually(async () => {
      const { deliveries } = (await customer.call('GET', `/webhooks/${id}/deliveries`)).body;
      expect(deliveries).toMatchObject([expected]);
    });
    await customer.call('DELETE', `/webhooks/${id}`);
  }

  async function takesWhatIsSigned(command: string, args: string[], code: string) {
    const receiver = await startReceiver(command, args, { cwd, env: { WEBHOOK_SECRET: SECRET }, code });
    receivers.push(receiver);
    await whenDelivered(receiver.url, SECRET, { status: 'succeeded', attempt: 1, status_code: 200 });
    await eventually(async () => expect(receiver.output()).toContain('handled thought.created'));
    await whenDelivered(receiver.url, 'another_webhook_secret', { success: false, error: 'Response 401' });
  }

  test('in Express takes what is signed with its secret, and nothing else', async () => {
    await takesWhatIsSigned(process.execPath, ['--input-type=commonjs', '-'], EXPRESS_OF_THE_CONTRACT);
  });

  test.skipIf(flaskIsMissing)(
    'in Flask takes what is signed with its secret, and nothing else (skipped without python3 and Flask)',
    async () => {
      await takesWhatIsSigned('python3', ['-'], FLASK_OF_THE_CONTRACT);
    },
  );
});
