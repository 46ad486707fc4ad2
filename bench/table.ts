/** A row of figures by column; figures come as they are to be read. */
export type Row = Readonly<Record<string, string | number | undefined>>;

/** What a part of the bench found. */
export type Table = { readonly title: string; readonly rows: readonly Row[] };

const showLine = (cells: readonly unknown[]) => `| ${cells.join(' | ')} |`;

/** A table in Markdown, so that what is printed is what stands in the documents. */
export function showTable({ title, rows }: Table): string {
  const columns = Object.keys(rows[0] ?? {});
  const body = rows.map((row) => showLine(columns.map((column) => row[column] ?? '')));
  return [
    `\n${title}\n`,
    showLine(columns),
    showLine(columns.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...body,
  ].join('\n');
}

/** The middle of some figures; of an even number, the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  return percentile(figures, 0.5);
}

/** The figure that `share` (0 to 1) of all do not exceed, interpolated between neighbours. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
