import type { Received } from './receivers.ts';
import { deliveryIdOf } from './requests.ts';
import type { Row } from './rows.ts';
import { readAll } from './shown.ts';
import type { System } from './system.ts';
import { isOperational, type Subscriber } from './world.ts';

/** Tests, by the requests that they made: they carry no number, as an operational event does. */
const findTests = (rows: ReadonlyMap<string, Row>, requests: readonly Received[]) =>
  requests
    .filter(({ number }) => number === undefined)
    .map(deliveryIdOf)
    .filter((id) => !isOperational(rows.get(id)?.event ?? ''));

/**
 * What is wrong with what a webhook is told to be undelivered: all that has not succeeded when all is over, tests apart.
 * @param counted by its statistics
 */
export async function findUndeliveredFaults(
  system: System,
  subscriber: Subscriber,
  rows: ReadonlyMap<string, Row>,
  requests: readonly Received[],
  counted: number,
): Promise<string[]> {
  const tests = new Set(findTests(rows, requests));
  const expected = [...rows.values()].filter(({ id, status }) => status !== 'succeeded' && !tests.has(id));
  const list = await readAll(system, subscriber, 'deliveries', 'undelivered');
  const listed = new Set(list.rows.map(({ id }) => id));
  return [
    ...expected.filter(({ id }) => !listed.has(id)).map(({ id }) => `${id} is not among the undelivered`),
    ...(listed.size === expected.length
      ? []
      : [`${listed.size} listed as undelivered: ${expected.length} are`]),
    ...(counted === expected.length ? [] : [`${counted} counted as undelivered: ${expected.length} are`]),
  ];
}
