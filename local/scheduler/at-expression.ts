const AT = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;

/**
 * The time that `at(yyyy-mm-ddThh:mm:ss)` means in a time zone, in epoch ms; undefined where the expression is of
 * another form or names a day or an hour that does not exist.
 */
export function parseAtExpression(expression: string, timezone: string): number | undefined {
  const [, local] = AT.exec(expression) ?? [];
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(local as string)) return undefined;
  if (timezone === 'UTC') return asUtc;
  // The offset at the guess may be that of the other side of a change of clocks; at the second guess it is right.
  const guess = asUtc - offsetAt(asUtc, timezone);
  return asUtc - offsetAt(guess, timezone);
}

export function isTimezone(name: string): boolean {
  // To look it up takes a tenth of a millisecond.
  if (name === 'UTC') return true;
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** How far a zone's clocks are ahead of UTC at a time, in ms. */
function offsetAt(time: number, timezone: string): number {
  const format = new Intl.DateTimeFormat('sv', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return Date.parse(`${format.format(time).replace(' ', 'T')}Z`) - Math.floor(time / 1000) * 1000;
}
