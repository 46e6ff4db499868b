/** A margin breakdown as it stands in a document: decimal strings, not yet trusted. */
export type MarginDocument = Readonly<Record<string, unknown>>;

/** A figure of a document that does not follow from others of the same document. */
export interface ArithmeticProblem {
  /** Where it stands, from the margin on. */
  readonly path: string;
  readonly rule: string;
  readonly stated: string;
  readonly computed: string;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * What can be checked with the document alone, by nothing of this program: shares add up to the figures they
 * are said to be shares of, and the worst scenario is the worst. Empty when all of it holds.
 */
export function arithmeticProblems(margin: MarginDocument): ArithmeticProblem[] {
  const problems: ArithmeticProblem[] = [];
  const expect = (path: string, rule: string, stated: unknown, computed: bigint): void => {
    if (wholeOf(stated) === computed && typeof stated === 'string') return;
    problems.push({ path, rule, stated: JSON.stringify(stated), computed: String(computed) });
  };
  const positions = entries(margin['positions']);
  const currencies = entries(margin['currencies']);
  const shares = [...positions, ...entries(margin['charges'])];
  for (const level of ['maintenanceMinor', 'initialMinor']) {
    expect(level, 'is the sum of its shares', margin[level], sum(shares, level));
  }
  expect(
    'equityMinor',
    'is what the currencies count for',
    margin['equityMinor'],
    sum(currencies, 'countedMinor'),
  );
  currencies.forEach((own, k) => {
    const path = `currencies[${String(k)}]`;
    const settled = positions.filter(({ currency }) => currency === own['currency']);
    const rule = 'is what the positions that settle in it have not settled';
    expect(`${path}.positionsMinor`, rule, own['positionsMinor'], sum(settled, 'unrealisedMinor'));
    const net = wholeOf(own['cashMinor']) + wholeOf(own['positionsMinor']);
    expect(`${path}.netMinor`, 'is cash and positions', own['netMinor'], net);
    if (own['currency'] !== margin['currency']) return;
    expect(`${path}.countedMinor`, 'counts in full', own['countedMinor'], net);
  });
  positions.forEach((own, k) => {
    const unrealised = wholeOf(own['valueMinor']) - wholeOf(own['costMinor']);
    const path = `positions[${String(k)}].unrealisedMinor`;
    expect(path, 'is value less cost', own['unrealisedMinor'], unrealised);
  });
  return [...problems, ...worstProblems(margin)];
}

/** Of each component, the scenario that is named loses most. */
function worstProblems(margin: MarginDocument): ArithmeticProblem[] {
  const vector = entries(margin['scenarioVector']);
  const worst: readonly unknown[] = Array.isArray(margin['worstScenario'])
    ? (margin['worstScenario'] as unknown[])
    : [];
  return worst.flatMap((place, component) => {
    const own = vector.filter((scenario) => scenario['component'] === component);
    const least = own.map((scenario) => wholeOf(scenario['countedMinor'])).sort(ascending)[0];
    if (least === undefined || typeof place === 'string') return [];
    const named = typeof place === 'number' ? vector[place] : undefined;
    const stated = named === undefined ? undefined : wholeOf(named['countedMinor']);
    if (named?.['component'] === component && stated === least) return [];
    return [
      {
        path: `worstScenario[${String(component)}]`,
        rule: 'names the scenario that loses most',
        stated: String(stated),
        computed: String(least),
      },
    ];
  });
}

function ascending(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function entries(value: unknown): Entry[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is Entry => typeof one === 'object' && one !== null);
}

function sum(parts: readonly Entry[], name: string): bigint {
  return parts.reduce((total, part) => total + wholeOf(part[name]), 0n);
}

/** A decimal string as a whole number; whatever is none counts for nothing, and shows in a sum. */
function wholeOf(value: unknown): bigint {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}
