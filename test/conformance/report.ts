import { countsOf, type Result, type Status } from './judgement.js';

const columns: readonly Status[] = ['pass', 'fail', 'unsupported', 'computed'];

/** The counts by file, and of all, as a table for a terminal. */
export function countsTable(results: readonly Result[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const rows = files.map((file) => ({
    name: file,
    counts: countsOf(results.filter((one) => one.file === file)),
  }));
  rows.push({ name: 'all', counts: countsOf(results) });
  const width = Math.max(4, ...rows.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell, at) => cell.padStart(columns[at]!.length + 2))].join(
      '',
    );
  return [
    line('file', columns),
    ...rows.map(({ name, counts }) =>
      line(
        name,
        columns.map((status) => String(counts[status])),
      ),
    ),
    '',
  ].join('\n');
}

/** One sentence for each reason and how many cases have it, for the terminal. */
export function reasonsText(results: readonly Result[]): string {
  const failures = results.filter(({ status }) => status === 'fail');
  const shown = failures.slice(0, 20).map(({ id, reason }) => `fail ${id}: ${reason ?? ''}\n`);
  const rest = failures.length - shown.length;
  return shown.join('') + (rest > 0 ? `and ${rest} more; see the report\n` : '');
}
