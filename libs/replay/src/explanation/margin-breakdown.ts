import type { Evaluation, HouseState } from '#libs/clearing-house';
import { A } from '#libs/clearing';
import {
  type ChargeOfModel,
  type ScenarioBreakdown,
  scenarioBreakdown,
  type ScenarioShare,
} from './scenario-shares.js';
import { sizeCharges } from './size-charges.js';
import type { ValuedFrom } from './valued-from.js';
import { convertAsset, convertDebt, levelMinor, type Rulebook } from '#libs/margin';
import { EQUITY_PREMIUM, I, OPTION, valueMinor } from '#libs/market';
import {
  type AmountMinor,
  invariant,
  type Lots,
  negated,
  type Ppm,
  ppm,
  ppmFloor,
  ZERO,
} from '#libs/units';

/** One currency of a unit: what it holds, what its positions are worth, what counts as equity. */
export interface CurrencyShare {
  readonly currency: string;
  /** Balance less what withdrawals have reserved. */
  readonly cashMinor: number;
  /** Value less cost of the positions that settle in it. */
  readonly positionsMinor: number;
  readonly netMinor: number;
  /** Price of a whole unit in the reference currency, x 10^6. */
  readonly priceMicros: number;
  /** Taken off when net is positive and it is not the base currency. */
  readonly haircutPpm: number;
  /** What it adds to equity, base currency minor units. */
  readonly countedMinor: number;
}

/** Lots that fall into one size tier, with its rates. */
export interface TierShare {
  readonly sizeLots: number;
  readonly maintenancePpm: number;
  readonly initialPpm: number;
}

/** One position of a unit and its part of the requirement. */
export interface PositionShare {
  readonly account: string;
  readonly instrument: string;
  readonly currency: string;
  readonly positionLots: number;
  readonly markTicks: number;
  readonly valueMinor: number;
  readonly costMinor: number;
  /** Value less cost; for premium `equity` the value itself. Settlement currency. */
  readonly unrealisedMinor: number;
  /** Its share of the requirements, base currency. */
  readonly maintenanceMinor: number;
  readonly initialMinor: number;
  readonly tiers: readonly TierShare[];
  /** In words, for positions without tiers. */
  readonly rule?: string;
  /** In words: what its class charges for size beside the tiers. */
  readonly charges?: string;
}

export type MarginLevel = 'sound' | 'below-warning' | 'below-initial' | 'breach' | 'insolvent';

/** How the figures of a margin unit come about; the shares sum to the figures exactly. */
export interface MarginBreakdown {
  readonly account: string;
  readonly pool: string;
  readonly currency: string;
  readonly model: 'linear' | 'scenario';
  readonly rulebookVersion: number;
  readonly equityMinor: number;
  readonly maintenanceMinor: number;
  readonly initialMinor: number;
  /** What open orders add to it for withdrawals and trades that add risk. */
  readonly orderMarginMinor: number;
  readonly warningMinor: number;
  readonly warningExitMinor: number;
  readonly targetMinor: number;
  /** What a withdrawal has to leave beside the initial requirement; 0: nothing more. */
  readonly releaseMinor: number;
  /** Where equity stands; `below-initial` adds no risk, `breach` is below maintenance. */
  readonly level: MarginLevel;
  /** A market that it depends on is not open: it is not judged. */
  readonly gated: boolean;
  /** Of the model `scenario`; null under `linear`, which has none. */
  readonly scenarioVector: readonly ScenarioShare[] | null;
  readonly worstScenario: ScenarioBreakdown['worstScenario'] | null;
  /** Charges beside the positions' shares; none under `linear`. */
  readonly charges: readonly ChargeOfModel[];
  /** Valuation epoch from which the requirement was computed. */
  readonly epoch?: number;
  /** Under `scenario`: what the worst loss is multiplied by, and the prices and volatilities behind it. */
  readonly maintenanceFactorPpb?: number;
  readonly initialFactorPpb?: number;
  readonly valuedFrom?: ValuedFrom;
  readonly currencies: readonly CurrencyShare[];
  readonly positions: readonly PositionShare[];
}

/**
 * Breaks down what `evaluation` has just computed for `unit`; undefined without a rulebook.
 * @throws InvariantViolation unless the shares sum to equity and requirements exactly
 */
export function breakdownOf(
  state: HouseState,
  evaluation: Evaluation,
  unit: number,
): MarginBreakdown | undefined {
  const { rulebook, figures, baseCurrency } = evaluation;
  if (rulebook === undefined) return undefined;
  const currencies = currencyShares(state, evaluation, rulebook);
  const scenario =
    rulebook.scenario === undefined ? undefined : scenarioBreakdown(state, evaluation);
  const positions = positionShares(state, evaluation, rulebook);
  const charges = scenario?.charges ?? [];
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const counted = sum(currencies.map((share) => share.countedMinor));
  invariant(counted === figures.equityMinor, 'the currencies sum to the equity');
  const maintenance = sum([...positions, ...charges].map((share) => share.maintenanceMinor));
  invariant(maintenance === figures.maintenanceMinor, 'the shares sum to maintenance');
  const initial = sum([...positions, ...charges].map((share) => share.initialMinor));
  invariant(initial === figures.initialMinor, 'the shares sum to the initial requirement');
  const { warningPpm, warningClearPpm, targetPpm, releasePpm, rulebookVersion } = rulebook.source;
  return {
    account: state.names.nameOf('account', unit) ?? '',
    pool: state.names.nameOf('pool', state.accounts.get(unit, A.pool)) ?? '',
    currency: state.names.nameOf('currency', baseCurrency) ?? '',
    model: rulebook.scenario === undefined ? 'linear' : 'scenario',
    rulebookVersion,
    equityMinor: figures.equityMinor,
    maintenanceMinor: figures.maintenanceMinor,
    initialMinor: figures.initialMinor,
    orderMarginMinor: figures.orderMarginMinor,
    warningMinor: levelMinor(figures.maintenanceMinor, warningPpm),
    warningExitMinor: levelMinor(figures.maintenanceMinor, warningClearPpm),
    targetMinor: levelMinor(figures.maintenanceMinor, targetPpm),
    releaseMinor: releasePpm === 0 ? 0 : levelMinor(figures.maintenanceMinor, releasePpm),
    level: marginLevel(evaluation, levelMinor(figures.maintenanceMinor, warningPpm)),
    gated: figures.gated,
    scenarioVector: scenario?.scenarioVector ?? null,
    worstScenario: scenario?.worstScenario ?? null,
    charges,
    ...(scenario === undefined
      ? {}
      : {
          epoch: scenario.epoch,
          maintenanceFactorPpb: scenario.maintenanceFactorPpb,
          initialFactorPpb: scenario.initialFactorPpb,
          valuedFrom: scenario.valuedFrom,
        }),
    currencies,
    positions,
  };
}

function marginLevel({ figures, excessMinor }: Evaluation, warningMinor: number): MarginLevel {
  const { equityMinor, maintenanceMinor } = figures;
  if (equityMinor < 0) return 'insolvent';
  if (equityMinor < maintenanceMinor) return 'breach';
  if (equityMinor < warningMinor) return 'below-warning';
  return excessMinor < 0 ? 'below-initial' : 'sound';
}

function currencyShares(
  state: HouseState,
  { portfolio, baseCurrency }: Evaluation,
  rulebook: Rulebook,
): CurrencyShare[] {
  const shares: CurrencyShare[] = [];
  for (let c = 1; c <= state.currencies.count; c++) {
    const cashMinor = portfolio.cash[c] ?? ZERO;
    const netMinor = portfolio.net[c] ?? ZERO;
    if (cashMinor === 0 && netMinor === 0 && c !== baseCurrency) continue;
    const haircutPpm = c === baseCurrency ? ZERO : rulebook.haircutPpm(c);
    shares.push({
      currency: state.names.nameOf('currency', c) ?? '',
      cashMinor,
      positionsMinor: netMinor - cashMinor,
      netMinor,
      priceMicros: state.currencies.priceMicros(c),
      haircutPpm,
      countedMinor: countedMinor(state, c, baseCurrency, netMinor, haircutPpm),
    });
  }
  return shares;
}

/** Assets less the haircut rounded down, debts in full rounded up (docs/rules.md 6). */
function countedMinor(
  state: HouseState,
  from: number,
  to: number,
  netMinor: AmountMinor,
  haircutPpm: Ppm,
): AmountMinor {
  const { currencies } = state;
  if (netMinor < 0) return negated(convertDebt(currencies, from, to, negated(netMinor)));
  return ppmFloor(convertAsset(currencies, from, to, netMinor), ppm(1_000_000 - haircutPpm));
}

function positionShares(
  state: HouseState,
  { portfolio }: Evaluation,
  rulebook: Rulebook,
): PositionShare[] {
  const { instruments, names } = state;
  const shares: PositionShare[] = [];
  for (let k = 0; k < portfolio.count; k++) {
    const id = portfolio.instruments[k] ?? 0;
    const positionLots = portfolio.lots[k] ?? ZERO;
    const costMinor = portfolio.costs[k] ?? 0;
    const markTicks = instruments.get(id, I.markTicks);
    const value = valueMinor(instruments, id, positionLots, markTicks);
    shares.push({
      account: names.nameOf('account', portfolio.accounts[k] ?? 0) ?? '',
      instrument: names.nameOf('instrument', id) ?? '',
      currency: names.nameOf('currency', instruments.get(id, I.currency)) ?? '',
      positionLots,
      markTicks,
      valueMinor: value,
      costMinor,
      unrealisedMinor: value - costMinor,
      maintenanceMinor: portfolio.maintenance[k] ?? 0,
      initialMinor: portfolio.initial[k] ?? 0,
      ...ruleOf(state, rulebook, id, positionLots),
    });
  }
  return shares;
}

/** By which rule of the model a position has its share. */
function ruleOf(
  state: HouseState,
  rulebook: Rulebook,
  id: number,
  positionLots: Lots,
): Pick<PositionShare, 'tiers' | 'rule' | 'charges'> {
  const { instruments } = state;
  if (rulebook.scenario !== undefined) return { tiers: [], rule: 'its part of the worst loss' };
  if (instruments.get(id, I.kind) === OPTION) {
    return { tiers: [], rule: optionRule(state, id, positionLots) };
  }
  const tiers = tierShares(rulebook, instruments.get(id, I.marginClass), positionLots);
  return { tiers, ...sizeCharges(state, rulebook, id, positionLots) };
}

function tierShares(rulebook: Rulebook, marginClass: number, lots: number): TierShare[] {
  const tiers = rulebook.tiers(marginClass);
  if (tiers === undefined) return [];
  const size = Math.abs(lots);
  const shares: TierShare[] = [];
  let below = 0;
  for (const [place, upToLots] of tiers.upToLots.entries()) {
    const isLast = place === tiers.upToLots.length - 1;
    const end = isLast ? size : Math.min(size, upToLots);
    if (end <= below) break;
    shares.push({
      sizeLots: end - below,
      maintenancePpm: tiers.maintenancePpm[place] ?? 0,
      initialPpm: tiers.initialPpm[place] ?? 0,
    });
    below = end;
  }
  return shares;
}

function optionRule(state: HouseState, id: number, lots: number): string {
  if (lots > 0) return 'a long option: the requirement is its own value';
  const underlying = state.instruments.get(id, I.underlying);
  const paid = state.instruments.get(id, I.premium) === EQUITY_PREMIUM ? 'equity' : 'variation';
  const spot = String(state.instruments.get(underlying, I.markTicks));
  const strike = String(state.instruments.get(id, I.strikeTicks));
  return (
    'a short option: a share of spot, initially less what it is out of the money ' +
    `(spot ${spot} ticks, strike ${strike} ticks, premium style ${paid})`
  );
}
