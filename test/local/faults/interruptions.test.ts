import { expect, test, vi } from 'vitest';
import { queueOf } from '../support/clients.ts';
import { givenRuntime } from '../support/given.ts';
import { handler } from '../support/handlers.ts';
import { lambda, mapping, queue, ref } from '../support/template.ts';

/** Sends so many messages to a queue by calls of AWS, one by one. */
const SEND_MANY = `
  for (let index = 0; index < 30; index += 1) {
    await fetch(process.env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/1/r/sqs/aws4_request, x',
        'x-amz-security-token': process.env.AWS_SESSION_TOKEN,
        'x-amz-target': 'AmazonSQS.SendMessage',
      },
      body: JSON.stringify({ QueueUrl: process.env.SENT, MessageBody: String(index) }),
    });
  }
  await tell('whole', event.Records[0].body);
`;

async function givenSender(fault: string) {
  const given = await givenRuntime({
    resources: {
      Work: queue({ VisibilityTimeout: 60 }),
      Sent: queue(),
      Worker: lambda('Worker', { Timeout: 20, Environment: { Variables: { SENT: ref('Sent') } } }),
      Mapping: mapping('Work', 'Worker'),
    },
    outputs: { Work: ref('Work'), Sent: ref('Sent') },
    handlers: { Worker: handler(SEND_MANY) },
  });
  await given.send('PUT', '/_local/faults', { seed: 2, rules: [{ fault, times: 1 }] });
  return given;
}

test.each([
  ['killed', 'signal: killed'],
  ['timed-out', 'Task timed out after 20.00 seconds'],
])('an invocation that is %s ends between two calls, and its message comes back', async (fault, words) => {
  const { runtime, logs, inbox, advance } = await givenSender(fault);
  const sent = queueOf(runtime, 'Sent');
  await queueOf(runtime, 'Work').send('hello');

  await vi.waitFor(() => expect(logs.join()).toContain(words), { timeout: 5000 });
  const before = await sent.receive();
  expect(before.length).toBeLessThan(30);
  expect(await inbox('whole')).toEqual([]);

  await advance(60);
  await vi.waitFor(async () => expect(await inbox('whole')).toEqual(['hello']), { timeout: 5000 });
});

test('a function whose invocations are spared does its work', async () => {
  const { runtime, inbox, send } = await givenSender('killed');
  await send('DELETE', '/_local/faults');
  await queueOf(runtime, 'Work').send('hello');
  await vi.waitFor(async () => expect(await inbox('whole')).toEqual(['hello']), { timeout: 5000 });
});
