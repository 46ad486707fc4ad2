import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run soak -- [--events N] [--kills N] [--seeds N,N-M,…] [--at-once N]

  Runs the whole system on this machine under injected faults, and proves that nothing was lost. The figures are
  printed, and written to soak/results as JSON.

  --events   how many events are published (10000)
  --kills    how often the system is killed and started again on its data (5)
  --seeds    what chance goes by: numbers and ranges, comma separated, such as 1-10; a run for each. One that is made
             up, and told, where there is none
  --at-once  how many runs go on side by side (1)`;

export type Options = {
  readonly events: number;
  readonly kills: number;
  readonly seeds: readonly number[];
  readonly atOnce: number;
};

/** More seeds than anybody has the time for. */
const MAX_SEEDS = 1000;

/** A whole number from 0 up; not a number otherwise. */
const readNumber = (text = ''): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);

/** `7`, or `1-10`, which is ten numbers. */
function readRange(text: string): number[] {
  const [first = '', last = first, ...more] = text.split('-');
  const count = more.length > 0 ? Number.NaN : readNumber(last) - readNumber(first) + 1;
  if (!(count >= 1 && count <= MAX_SEEDS)) return [Number.NaN];
  return Array.from({ length: count }, (_, index) => readNumber(first) + index);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        events: { type: 'string', default: '10000' },
        kills: { type: 'string', default: '5' },
        seeds: { type: 'string', default: String(randomInt(2 ** 31)) },
        'at-once': { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch {
    return undefined;
  }
}

/** The options of a command line; undefined where they are wrong, or help is asked for. */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (!values || values.help) return undefined;
  const seeds = values.seeds.split(',').flatMap(readRange);
  const events = readNumber(values.events);
  const kills = readNumber(values.kills);
  const atOnce = readNumber(values['at-once']);
  const isWrong = [events, kills, atOnce, ...seeds].some(Number.isNaN) || atOnce === 0;
  return isWrong ? undefined : { events, kills, seeds, atOnce };
}
