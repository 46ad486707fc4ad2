import type { Row } from './rows.ts';
import type { System } from './system.ts';
import type { Subscriber } from './world.ts';

export type ShownRecovery = {
  readonly id: string;
  readonly state: string;
  readonly found: number;
  readonly replayed: number;
  readonly delivered: number;
};

export async function readRecoveries(system: System, { id, key }: Subscriber): Promise<ShownRecovery[]> {
  return (await system.call('GET', `/webhooks/${id}/recoveries?limit=100`, { key })).body.recoveries;
}

/** What is wrong with the recoveries of a webhook that was repaired, and what they have left undelivered. */
export function findRecoveryFaults(recoveries: readonly ShownRecovery[], rows: Iterable<Row>): string[] {
  const isWhole = ({ state, found, replayed, delivered }: ShownRecovery) =>
    state === 'cancelled' || (state === 'completed' && replayed === found && delivered === found);
  return [
    ...(recoveries.some(({ state }) => state === 'completed') ? [] : ['has no recovery']),
    ...recoveries.filter((one) => !isWhole(one)).map((one) => `was not recovered: ${JSON.stringify(one)}`),
    ...[...rows]
      .filter(({ status }) => status !== 'succeeded')
      .map((row) => `${row.id} was missed, and not recovered: ${row.status}`),
    // Each recovery replays what it finds once.
    ...[...rows]
      .filter(({ run }) => run > 1 + recoveries.length)
      .map((row) => `${row.id} was replayed ${row.run - 1} times by ${recoveries.length} recoveries`),
  ];
}
