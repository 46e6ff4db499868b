import { catalogue } from '#libs/events';
import { rejections } from '#libs/clearing';
import type { ComparisonReport } from './comparison.js';

/** Reasons that no run can reach, and why. */
export const UNREACHABLE: Readonly<Record<number, string>> = {
  213: 'needs a million open withdrawals',
  563: 'needs a pool under scenarios, which the worlds of the twin do not have',
  305: 'the fees to give back were all paid into the ledger, which nothing else takes from',
};

export interface CoverageRow {
  readonly name: string;
  readonly count: number;
}

/** How often a set of runs recorded each event type and each rejection, rarest first. */
export interface Coverage {
  readonly types: readonly CoverageRow[];
  readonly reasons: readonly CoverageRow[];
}

/** Adds up runs over every type of the catalogue that is an event, and every reachable reason. */
export function coverageOf(reports: readonly ComparisonReport[]): Coverage {
  const types = Object.values(catalogue)
    .filter(({ kind }) => kind === 'input' || kind === 'decision')
    .map(({ name }) => ({ name, count: sum(reports, ({ byType }) => byType.get(name)) }));
  const reasons = Object.keys(rejections)
    .map(Number)
    .filter((reason) => UNREACHABLE[reason] === undefined)
    .map((reason) => ({
      name: `${String(reason)} ${rejections[reason as keyof typeof rejections][0]}`,
      count: sum(reports, ({ byReason }) => byReason.get(reason)),
    }));
  return { types: types.sort(rarestFirst), reasons: reasons.sort(rarestFirst) };
}

function sum(
  reports: readonly ComparisonReport[],
  countOf: (report: ComparisonReport) => number | undefined,
): number {
  return reports.reduce((total, report) => total + (countOf(report) ?? 0), 0);
}

function rarestFirst(a: CoverageRow, b: CoverageRow): number {
  return a.count - b.count;
}

/** The coverage as text, one row a line. */
export function coverageText({ types, reasons }: Coverage): string {
  const lines = (rows: readonly CoverageRow[]): string[] =>
    rows.map(({ name, count }) => `${String(count).padStart(8)}  ${name}`);
  return [
    'events by type, rarest first',
    ...lines(types),
    '',
    'refused inputs by reason, rarest first',
    ...lines(reasons),
    ...Object.entries(UNREACHABLE).map(([reason, why]) => `       -  ${reason}: ${why}`),
    '',
  ].join('\n');
}
