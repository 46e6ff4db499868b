/** A column: its heading, and whether its cells stand at the right edge (numbers). */
export interface Column {
  readonly title: string;
  readonly right?: boolean;
}

/** Rows under headings, columns aligned with spaces; lines end without trailing spaces. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map(({ title }, k) =>
    Math.max(title.length, ...rows.map((row) => (row[k] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ right = false }, k) => {
        const cell = cells[k] ?? '';
        return right ? cell.padStart(widths[k] ?? 0) : cell.padEnd(widths[k] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)]
    .map((text) => `  ${text}\n`)
    .join('');
}
