const numbers = new Intl.NumberFormat(undefined);
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const dayTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

export const showNumber = (value: number): string => numbers.format(value);
/** `12.3K`: for where there is little room. */
export const showCompact = (value: number): string => compact.format(value);
export const showTime = (iso: string): string => fullTime.format(new Date(iso));
export const showClock = (epochMs: number): string => dayTime.format(epochMs);
export const showDay = (epochMs: number): string => day.format(epochMs);

/** A part from 0 to 1 in percent; never 100 % of what is less than all, nor 0 % of what is more than nothing. */
export function showPercent(part: number): string {
  const percent = part * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  return `${Math.min(99.9, Math.max(0.1, percent)).toFixed(1)}%`;
}

/** Milliseconds in the unit that reads best. */
export function showDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${(ms / 60_000).toFixed(0)} min`;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `2 min. ago`, `in 5 min.`; `just now` for less than five seconds. */
export function showAgo(epochMs: number, now: number): string {
  const seconds = Math.round((epochMs - now) / 1000);
  if (Math.abs(seconds) < 5) return seconds > 0 ? 'in a moment' : 'just now';
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const);
  return relative.format(Math.round(seconds / length), unit);
}

/** A URL without its scheme. */
export const shortenUrl = (url: string): string => url.replace(/^https?:\/\//, '');

/** `1 webhook`, `2 webhooks`. */
export const count = (n: number, noun: string): string =>
  `${showNumber(n)} ${noun}${n === 1 ? '' : noun.endsWith('y') ? '' : 's'}`;
