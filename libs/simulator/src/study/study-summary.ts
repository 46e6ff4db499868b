import { invariant } from '#libs/units';
import type { Outcome } from './outcome.js';
import { POLICY_NAMES, type PolicyName } from './policies.js';

/** The figures that policies are compared by; of each, less is better. */
export const METRICS = {
  notionalLiquidated: { label: 'notional liquidated', unit: 'M USDT', scale: 1e-6, digits: 1 },
  accountsLiquidated: { label: 'accounts liquidated', unit: '', scale: 1, digits: 0 },
  accountsBankrupted: { label: 'accounts bankrupted', unit: '', scale: 1, digits: 0 },
  fundLoss: { label: 'loss to the fund', unit: 'M USDT', scale: 1e-6, digits: 3 },
  uncoveredLoss: { label: 'loss beyond the fund', unit: 'M USDT', scale: 1e-6, digits: 3 },
  largestExtraMove: { label: 'largest extra price move', unit: '%', scale: 100, digits: 2 },
  accountsDeleveraged: { label: 'healthy accounts deleveraged', unit: '', scale: 1, digits: 0 },
  deleveragingLoss: { label: 'loss to the deleveraged', unit: 'M USDT', scale: 1e-6, digits: 3 },
  equityLost: { label: 'equity lost by all accounts', unit: 'M USDT', scale: 1e-6, digits: 1 },
} as const satisfies Partial<Record<keyof Outcome, object>>;
export type Metric = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as Metric[];

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Seeds in which ours has less, the same, more than a rival. */
export interface Against {
  readonly less: number;
  readonly same: number;
  readonly more: number;
}

export interface PolicySummary {
  readonly policy: PolicyName;
  readonly figures: Readonly<Record<Metric, Spread>>;
  /** Ours against this one, seed by seed; all the same for ours itself. */
  readonly against: Readonly<Record<Metric, Against>>;
}

/** Outcomes of one market, any number of seeds, each seed under all policies. */
export function summarise(outcomes: readonly Outcome[]): PolicySummary[] {
  const ours = outcomes.filter(({ policy }) => policy === 'ours');
  return POLICY_NAMES.map((policy) => {
    const own = outcomes.filter((outcome) => outcome.policy === policy);
    invariant(own.length === ours.length, 'every policy ran on every seed');
    for (const [k, { seed, digest }] of own.entries()) {
      const twin = ours[k]!;
      invariant(seed === twin.seed && digest === twin.digest, 'all policies saw the same world');
    }
    return {
      policy,
      figures: byMetric((metric) => spreadOf(own.map((outcome) => outcome[metric]))),
      against: byMetric((metric) => ({
        less: own.filter((outcome, k) => ours[k]![metric] < outcome[metric]).length,
        same: own.filter((outcome, k) => ours[k]![metric] === outcome[metric]).length,
        more: own.filter((outcome, k) => ours[k]![metric] > outcome[metric]).length,
      })),
    };
  });
}

function byMetric<T>(of: (metric: Metric) => T): Record<Metric, T> {
  const entries = METRIC_NAMES.map((metric) => [metric, of(metric)] as const);
  return Object.fromEntries(entries) as Record<Metric, T>;
}

export function spreadOf(values: readonly number[]): Spread {
  invariant(values.length > 0, 'a spread is of at least one figure');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { least: sorted[0]!, median, most: sorted.at(-1)! };
}

/** A figure of a metric as tables have it. */
export function figureText(metric: Metric, value: number): string {
  const { scale, digits } = METRICS[metric];
  return (value * scale).toFixed(digits);
}
