import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXPRESS_OF_THE_CONTRACT, FLASK_OF_THE_CONTRACT } from '../examples/contract-receivers.ts';
import { flaskIsMissing } from '../examples/python.ts';
import { type ReceiverProcess, startReceiver } from '../examples/receiver-process.ts';
import { givenEvent } from '../samples.ts';
import { needing } from './needs.ts';
import { eventually, type System, startSystem } from './system.ts';

const SECRET = 'your_webhook_secret';
const cwd = join(import.meta.dirname, '../..');

// Contract, "HMAC Signature Verification": what customers have copied must go on working.
needing('receiversHere').describe('the receivers that the contract shows', () => {
  let system: System;
  let key: string;
  const receivers: ReceiverProcess[] = [];

  beforeAll(async () => {
    system = await startSystem();
    key = await system.createKey('user_123');
  });
  afterAll(async () => {
    for (const receiver of receivers) await receiver.stop();
    await system?.stop();
  });

  async function whenDelivered(url: string, secret: string, expected: object) {
    const body = { url, events: ['thought.created'], secret };
    const { id } = (await system.call('POST', '/webhooks', { key, body })).body;
    await system.call('POST', '/events', { key, body: givenEvent('thought.created') });
    await eventually(async () => {
      const { deliveries } = (await system.call('GET', `/webhooks/${id}/deliveries`, { key })).body;
      expect(deliveries).toMatchObject([expected]);
    });
    await system.call('DELETE', `/webhooks/${id}`, { key });
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
