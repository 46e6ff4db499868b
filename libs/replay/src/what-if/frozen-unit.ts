import type { Evaluation, HouseState } from '#libs/clearing-house';
import { A } from '#libs/clearing';
import {
  BASIS,
  evaluateUnit,
  type MarginFigures,
  NO_LOSS,
  type OptionMarket,
  Portfolio,
  type Rulebook,
  type ScenarioValuation,
} from '#libs/margin';
import { CurrencyTable, I, InstrumentTable, OPTION } from '#libs/market';
import { invariant, type Lots, ZERO } from '#libs/units';
import { frozenMarket, optionMarketOf } from '../exposure/option-market.js';
import { frozenInputs } from './frozen-inputs.js';
import { type FrozenEpoch, type Movable, MovedMarket } from './moved-market.js';

/** The worst scenario of a component: its place in the rulebook's list, expiries' moves, or none. */
export type WorstPlace = number | 'basis' | 'none';

/** What a unit would have and need, base currency minor units. */
export interface MovedFigures {
  readonly equityMinor: number;
  readonly maintenanceMinor: number;
  readonly initialMinor: number;
  readonly orderMarginMinor: number;
  /** One a component; null under `linear`, and where nothing is held. */
  readonly worstScenario: readonly WorstPlace[] | null;
}

/**
 * A margin unit with all that its figures hang on, copied at one sequence: what is asked about it is
 * answered by the engine's own evaluation without touching the state, also while the state goes on.
 */
export class FrozenUnit implements Movable {
  readonly sequence: number;
  readonly timeUs: number;
  readonly rulebook: Rulebook;
  readonly baseCurrency: number;
  readonly portfolio: Portfolio;
  readonly instruments: InstrumentTable;
  readonly currencies: CurrencyTable;
  readonly market: OptionMarket;
  readonly valuation: ScenarioValuation | undefined;
  readonly concerned: ReadonlySet<number>;
  /** A market that it depends on is not open: it is not judged. */
  readonly gated: boolean;
  private readonly figures: MarginFigures;
  private readonly moved: MovedMarket;

  private constructor(state: HouseState, evaluation: Evaluation, rulebook: Rulebook) {
    const { clock } = state;
    this.sequence = clock.sequence;
    this.timeUs = clock.timeUs;
    this.rulebook = rulebook;
    this.baseCurrency = evaluation.baseCurrency;
    this.portfolio = copyOfPortfolio(evaluation.portfolio);
    this.figures = { ...evaluation.figures };
    this.gated = evaluation.figures.gated;
    this.instruments = copyOfInstruments(state.instruments);
    this.currencies = copyOfCurrencies(state.currencies);
    this.valuation = rulebook.scenario === undefined ? undefined : evaluation.valuationOf(rulebook);
    this.concerned = concernedBy(this.portfolio, this.instruments, rulebook);
    this.market = frozenMarket(
      optionMarketOf(state),
      this.instruments,
      this.concerned,
      this.baseCurrency,
    );
    this.moved = new MovedMarket(this, epochOf(state, this.valuation, this.concerned));
  }

  /** Undefined without a rulebook in force. `unit` is one that is judged: it has no parent. */
  static of(state: HouseState, evaluation: Evaluation, unit: number): FrozenUnit | undefined {
    invariant(state.accounts.get(unit, A.parent) === 0, 'a client is judged with its parent');
    if (!evaluation.evaluate(unit)) return undefined;
    const { rulebook, figures } = evaluation;
    invariant(rulebook !== undefined, 'an evaluated unit has a rulebook');
    const frozen = new FrozenUnit(state, evaluation, rulebook);
    const now = frozen.at(0);
    invariant(
      now.equityMinor === figures.equityMinor &&
        now.maintenanceMinor === figures.maintenanceMinor &&
        now.initialMinor === figures.initialMinor &&
        now.orderMarginMinor === figures.orderMarginMinor,
      'without a move the figures are those of the state',
    );
    return frozen;
  }

  /** Largest move up that no price limit of a concerned instrument cuts off, ppm. */
  get upMaxPpm(): number {
    return this.moved.upMaxPpm;
  }

  /** Figures after all prices have moved by so many parts per million. */
  at(shockPpm: number): MovedFigures {
    const { portfolio, rulebook, baseCurrency, figures } = this;
    const { instruments, currencies, valuation } = this.moved.to(shockPpm);
    figures.gated = false;
    evaluateUnit(
      portfolio,
      { instruments, currencies },
      rulebook,
      baseCurrency,
      valuation,
      figures,
    );
    return {
      equityMinor: figures.equityMinor,
      maintenanceMinor: figures.maintenanceMinor,
      initialMinor: figures.initialMinor,
      orderMarginMinor: figures.orderMarginMinor,
      worstScenario: this.isFlat() ? null : this.worstOf(valuation),
    };
  }

  /** Marks of the concerned instruments after a move, ticks. */
  marksAt(shockPpm: number): { readonly instrument: number; readonly priceTicks: number }[] {
    const { instruments } = this.moved.to(shockPpm);
    return [...this.concerned].map((instrument) => ({
      instrument,
      priceTicks: instruments.get(instrument, I.markTicks),
    }));
  }

  private isFlat(): boolean {
    return !this.portfolio.lots.subarray(0, this.portfolio.count).some((lots) => lots !== 0);
  }

  /** Evaluated again without orders, which are looked at last and leave their own traces. */
  private worstOf(valuation: ScenarioValuation | undefined): WorstPlace[] | null {
    if (valuation === undefined) return null;
    const held = valuation.portfolioOf(this.portfolio);
    if (held === undefined) return null;
    valuation.evaluation.evaluate(held);
    return Array.from(valuation.evaluation.scan.worst, (place) =>
      place === BASIS ? 'basis' : place === NO_LOSS ? 'none' : place,
    );
  }
}

function epochOf(
  state: HouseState,
  present: ScenarioValuation | undefined,
  concerned: ReadonlySet<number>,
): FrozenEpoch {
  const { pools, rulebooks, valuation } = state;
  let endsAtPpm = Infinity;
  for (let pool = 1; pool <= pools.count; pool++) {
    const rulebook = rulebooks.inForce(pool);
    if (rulebook?.scenario === undefined) continue;
    endsAtPpm = Math.min(endsAtPpm, rulebook.source.scenarioTerms[0]?.epochMovePpm ?? 0);
  }
  const marks = new Map([...concerned].map((id) => [id, valuation.markTicks(id)] as const));
  const inputs = present && frozenInputs(state, present.inputs, concerned);
  return { number: valuation.number, endsAtPpm, marks, inputs };
}

function concernedBy(
  { count, instruments: held, lots, costs, orders, cash }: Portfolio,
  instruments: InstrumentTable,
  rulebook: Rulebook,
): Set<number> {
  const ids = new Set<number>();
  const add = (id: number): void => {
    ids.add(id);
    if (instruments.get(id, I.kind) === OPTION) ids.add(instruments.get(id, I.underlying));
  };
  for (let k = 0; k < count; k++) if (lots[k] !== 0 || costs[k] !== 0) add(held[k] ?? 0);
  for (const { instrument } of orders) add(instrument);
  for (const { currency, underlying } of rulebook.source.scenarioCollateral) {
    if (cash[currency] !== 0) add(underlying);
  }
  return new Set([...ids].sort((a, b) => a - b));
}

function copyOfPortfolio(from: Portfolio): Portfolio {
  const copy = new Portfolio();
  copy.clear();
  for (let k = 0; k < from.count; k++) {
    const lots: Lots = from.lots[k] ?? ZERO;
    copy.add(from.accounts[k] ?? 0, from.instruments[k] ?? 0, lots, from.costs[k] ?? ZERO);
  }
  for (const { account, instrument, buyLots, sellLots } of from.orders) {
    copy.addOrders(account, instrument, buyLots, sellLots);
  }
  copy.cash.set(from.cash);
  return copy;
}

function copyOfInstruments(from: InstrumentTable): InstrumentTable {
  const copy = new InstrumentTable();
  copy.data = from.data.slice(0, (from.count + 1) * from.stride);
  copy.count = from.count;
  return copy;
}

function copyOfCurrencies(from: CurrencyTable): CurrencyTable {
  const copy = new CurrencyTable();
  for (let id = 1; id <= from.count; id++) {
    copy.add(from.minorDigits(id));
    copy.setPrice(id, from.priceMicros(id));
  }
  return copy;
}
