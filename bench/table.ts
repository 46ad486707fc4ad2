/** A row of figures by column; figures come as they are to be read. */
export type Row = Readonly<Record<string, string | number>>;

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
