import { type Figures, type HourFigures, NO_FIGURES } from '../../core/figures.ts';

/** A figure of an hour as an attribute of an item: a count that can be added to without being read. */
export type Count = readonly [name: string, count: number];

/** The figures by their letters; response times have a digit each, in base 36: these letters are past them. */
const LETTERS = { attempts: 'n', failed: 'v', exhausted: 'x', cancelled: 'y', skipped: 'z' } as const;

type Named = keyof typeof LETTERS;
const NAMED = Object.keys(LETTERS) as Named[];

/** `#ausk0`: the hour and the figure. Names are short, as they are a part of what is written and billed. */
const nameOf = (hour: number, figure: string) => `#${hour.toString(36)}${figure}`;
const NAME = /^#([0-9a-z]+)([0-9a-z])$/;

/** The figures of hours as attributes, those that are zero left out. */
export const countsOf = (hours: readonly HourFigures[]): Count[] =>
  hours.flatMap(({ hour, figures }) => {
    const counts: Count[] = [
      ...NAMED.map((name): Count => [nameOf(hour, LETTERS[name]), figures[name]]),
      ...figures.responseTimes.map((count, place): Count => [nameOf(hour, place.toString(36)), count]),
    ];
    return counts.filter(([, count]) => count > 0);
  });

/** Those attributes of an item that are figures of hours. */
export const readCounts = (item: Readonly<Record<string, unknown>>): Count[] =>
  Object.entries(item).flatMap(([name, value]): Count[] => (NAME.test(name) ? [[name, Number(value)]] : []));

/** The hours that an item tells of. */
export function readHours(item: Readonly<Record<string, unknown>>): HourFigures[] {
  const counts = new Map(readCounts(item));
  const hours = new Set([...counts.keys()].map((name) => Number.parseInt(NAME.exec(name)?.[1] ?? '', 36)));
  return [...hours].map((hour) => {
    const count = (figure: string) => counts.get(nameOf(hour, figure)) ?? 0;
    const named = Object.fromEntries(NAMED.map((name) => [name, count(LETTERS[name])]));
    const figures: Figures = {
      ...(named as Record<Named, number>),
      responseTimes: NO_FIGURES.responseTimes.map((_, place) => count(place.toString(36))),
    };
    return { hour, figures };
  });
}
