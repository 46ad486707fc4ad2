import { setTimeout } from 'node:timers/promises';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfigOf } from '../local/aws/client-config.ts';
import { emulatorEnvironment } from './emulator/emulators.ts';
import { createFiring } from './emulator/firing.ts';
import { quietSdk } from './quiet-sdk.ts';

/** Often enough that a schedule is seen before it is due: retries wait for five seconds at least. */
const ROUND_MS = 500;

const say = (text: string) => console.log(`${new Date().toISOString()}  ${text}`);

quietSdk();
// An emulator's keys, whatever the shell has: the schedules of a real account are not to be touched.
const config = clientConfigOf(emulatorEnvironment(process.env));
const fire = createFiring({ scheduler: new SchedulerClient(config), sqs: new SQSClient(config) });
console.log(`Firing the due schedules of the emulator at ${config.endpoint}. Ctrl-C stops.`);
for (;;) {
  try {
    for (const { name, error } of await fire(Date.now())) {
      say(error ? `${name} could not be sent: ${error.message}` : `${name} sent`);
    }
  } catch (error) {
    say(`nothing done: ${(error as Error).message}`);
  }
  await setTimeout(ROUND_MS);
}
