/** A text without what a terminal would take for orders: it may come from whoever answers webhooks. */
export function plain(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}/gu, '\u{fffd}');
}

/** Rows in columns, as wide as they need to be. */
export function showTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return plain(lines.join('\n'));
}

const showValue = (value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(showValue).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** An object, a member a line. */
export function showObject(object: object): string {
  return showTable(Object.entries(object).map(([name, value]) => [name, showValue(value)]));
}
