import { lossOf, type Outcome } from './outcome.js';
import { POLICY_LABELS, POLICY_NAMES } from './policies.js';
import {
  figureText,
  METRIC_NAMES,
  METRICS,
  type PolicySummary,
  spreadOf,
} from './study-summary.js';

/** Markdown: a row a metric, a column a policy; median, and from least to most over the seeds. */
export function figuresTable(policies: readonly PolicySummary[]): string {
  const head = ['', ...policies.map(({ policy }) => POLICY_LABELS[policy])];
  const rows = METRIC_NAMES.map((metric) => {
    const { label, unit } = METRICS[metric];
    const cells = policies.map(({ figures }) => {
      const { least, median, most } = figures[metric];
      const [low, middle, high] = [least, median, most].map((x) => figureText(metric, x));
      return `**${middle!}** (${low!} to ${high!})`;
    });
    return [unit === '' ? label : `${label}, ${unit}`, ...cells];
  });
  return table(head, rows);
}

/** Markdown: of how many seeds ours has less, the same or more than each rival. */
export function againstTable(policies: readonly PolicySummary[]): string {
  const rivals = policies.filter(({ policy }) => policy !== 'ours');
  const head = ['ours against', ...rivals.map(({ policy }) => POLICY_LABELS[policy])];
  const rows = METRIC_NAMES.map((metric) => [
    METRICS[metric].label,
    ...rivals.map(({ against }) => {
      const { less, same, more } = against[metric];
      return `${less} / ${same} / ${more}`;
    }),
  ]);
  return table(head, rows);
}

/** One sentence for each metric of a market in which a rival's median is below ours. */
export function whereNotBetter(policies: readonly PolicySummary[]): string[] {
  const [ours, ...rivals] = policies;
  return METRIC_NAMES.flatMap((metric) => {
    const own = ours!.figures[metric].median;
    const better = rivals.filter(({ figures }) => figures[metric].median < own);
    if (better.length === 0) return [];
    const { label, unit } = METRICS[metric];
    const names = better.map(
      ({ policy, figures }) =>
        `${POLICY_LABELS[policy]} (${figureText(metric, figures[metric].median)})`,
    );
    const amount = `${figureText(metric, own)}${unit === '' ? '' : ` ${unit}`}`;
    return [`${label}: ours ${amount}; less with ${names.join(', ')}`];
  });
}

/** Markdown: a row a kind of book; of the accounts liquidated the bankrupted, and their shortfalls, all seeds. */
export function booksTable(outcomes: readonly Outcome[]): string {
  const kinds = [...new Set(outcomes.flatMap(({ books }) => Object.keys(books)))].sort();
  const rows = kinds.map((kind) => [
    kind,
    ...POLICY_NAMES.map((policy) => {
      const sum = { liquidated: 0, bankrupted: 0, shortfall: 0 };
      for (const { policy: own, books } of outcomes) {
        const book = books[kind];
        if (own !== policy || book === undefined) continue;
        sum.liquidated += book.liquidated;
        sum.bankrupted += book.bankrupted;
        sum.shortfall += book.shortfall;
      }
      return `${sum.bankrupted} of ${sum.liquidated}; ${(sum.shortfall / 1e6).toFixed(2)} M`;
    }),
  ]);
  return table(['', ...POLICY_NAMES.map((policy) => POLICY_LABELS[policy])], rows);
}

/** Markdown: a row a variant; notional liquidated, accounts bankrupted, all losses, largest extra move. */
export function variantsTable(
  variants: readonly { readonly label: string; readonly outcomes: readonly Outcome[] }[],
): string {
  const head = ['', ...POLICY_NAMES.map((policy) => POLICY_LABELS[policy])];
  const rows = variants.map(({ label, outcomes }) => [
    label,
    ...POLICY_NAMES.map((policy) => {
      const own = outcomes.filter((outcome) => outcome.policy === policy);
      const median = (of: (outcome: Outcome) => number): number => spreadOf(own.map(of)).median;
      const [notional, bankrupted, lost, move] = [
        figureText(
          'notionalLiquidated',
          median((outcome) => outcome.notionalLiquidated),
        ),
        figureText(
          'accountsBankrupted',
          median((outcome) => outcome.accountsBankrupted),
        ),
        figureText('fundLoss', median(lossOf)),
        figureText(
          'largestExtraMove',
          median((outcome) => outcome.largestExtraMove),
        ),
      ];
      return `${notional} M; ${bankrupted}; ${lost} M; ${move} %`;
    }),
  ]);
  return table(head, rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, k) => Math.max(3, ...all.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, k) => cell.padEnd(widths[k]!)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('\n');
}
