const two = (part: number) => String(part).padStart(2, '0');

/** Midnight of a day, as the field of a form has it: `2024-01-15T00:00`, by the clock of the machine. */
export function localDay(daysFromNow: number): string {
  const day = new Date();
  day.setDate(day.getDate() + daysFromNow);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T00:00`;
}

/** What the field of a form has, as ISO 8601; undefined where that is no time yet. */
export const toIso = (local: string | null): string | undefined =>
  local && !Number.isNaN(Date.parse(local)) ? new Date(local).toISOString() : undefined;
