import {
  amountMinor,
  type AmountMinor,
  divideFloor,
  greater,
  invariant,
  lesser,
  type Lots,
  minus,
  multiplyDivideCeil,
  negated,
  plus,
  type PriceTicks,
  priceTicks,
  sizeOf,
  ZERO,
} from '#libs/units';
import { convertAsset, convertDebt } from '#libs/margin';
import { I, INVERSE, notionalMinor, valueMinor } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { baseNotionalMinor } from './deleveraging-rank.js';
import type { Evaluation } from './evaluation.js';

const LOWEST_TICK = priceTicks(1);

/** Lots of a bankrupt unit at its bankruptcy price. */
export interface BankruptLots {
  /** What is booked as the cost of the lots, which have a buyer and a seller: of the buyer's sign. */
  readonly costMinor: AmountMinor;
  /** What the other side gives up against the mark, base currency. */
  readonly lossMinor: AmountMinor;
  /** The same as a price of a lot, rounded down to a tick. */
  readonly priceTicks: PriceTicks;
}

/**
 * The bankruptcy price of a unit (docs/rules.md 10a): what it lacks is spread over its positions by their
 * notional at the mark, rounded in its favour, and the last lots of its last position bear what is left;
 * closed at it, position after position, the unit ends with exactly nothing. Made from one evaluation.
 */
export class BankruptcyPrice {
  private readonly lackMinor: AmountMinor;
  private readonly notionalMinor: AmountMinor;
  private readonly held: Lots;
  private readonly isLast: boolean;
  private readonly baseCurrency: number;

  /** `evaluation` is that of the unit, whose equity is below 0. */
  constructor(
    private readonly state: HouseState,
    evaluation: Evaluation,
    private readonly instrument: number,
    unit: number,
  ) {
    const { figures, portfolio, openPositions, baseCurrency } = evaluation;
    this.lackMinor = negated(figures.equityMinor);
    this.notionalMinor = baseNotionalMinor(state, evaluation);
    this.held = portfolio.lots[portfolio.placeOf(unit, instrument)] ?? ZERO;
    this.isLast = openPositions === 1;
    this.baseCurrency = baseCurrency;
    invariant(this.lackMinor > 0, 'who is bankrupt lacks something');
    invariant(this.held !== 0, 'lots that are deleveraged are held');
  }

  /** Lots that the unit holds, of its sign. */
  get lots(): Lots {
    return this.held;
  }

  /** So many of its lots, at the bankruptcy price. */
  of(quantityLots: Lots): BankruptLots {
    const { state, instrument, held } = this;
    const { instruments, currencies } = state;
    invariant(quantityLots >= 1 && quantityLots <= sizeOf(held), 'no more is closed than is held');
    const mark = instruments.get(instrument, I.markTicks);
    const rest = held > 0 ? minus(held, quantityLots) : plus(held, quantityLots);
    const whole = valueMinor(instruments, instrument, held, mark);
    const moved = minus(whole, valueMinor(instruments, instrument, rest, mark));
    const currency = instruments.get(instrument, I.currency);
    const share = this.shareOf(quantityLots, mark);
    const owed = convertDebt(currencies, this.baseCurrency, currency, share);
    // A seller is paid its share on top; a buyer, whose moved value is below 0, pays so much less.
    const paid = plus(moved, owed);
    const costMinor = held > 0 ? this.capped(quantityLots, paid) : this.floored(quantityLots, paid);
    const given = minus(held > 0 ? costMinor : negated(costMinor), moved);
    const isGiven = given > 0;
    const lossMinor = isGiven ? convertAsset(currencies, currency, this.baseCurrency, given) : ZERO;
    return { costMinor, lossMinor, priceTicks: this.tickOf(quantityLots, costMinor) };
  }

  /** What is missing, by notional; all of it for the last lots. */
  private shareOf(quantityLots: Lots, mark: PriceTicks): AmountMinor {
    const { instruments, currencies } = this.state;
    if (this.isLast && quantityLots === sizeOf(this.held)) return this.lackMinor;
    const own = notionalMinor(instruments, this.instrument, quantityLots, mark);
    const currency = instruments.get(this.instrument, I.currency);
    const inBase = convertDebt(currencies, currency, this.baseCurrency, own);
    const share = multiplyDivideCeil(this.lackMinor, inBase, this.notionalMinor);
    invariant(share >= 0, 'what is borne of a lack is 0 or more');
    return lesser(this.lackMinor, amountMinor(share));
  }

  /** A seller is paid no more than the highest price that trades. */
  private capped(quantityLots: Lots, paid: AmountMinor): AmountMinor {
    const { instruments } = this.state;
    const highest = instruments.get(this.instrument, I.maxPriceTicks);
    return lesser(paid, valueMinor(instruments, this.instrument, quantityLots, highest));
  }

  /** A buyer pays no less than the lowest price. */
  private floored(quantityLots: Lots, paid: AmountMinor): AmountMinor {
    const { instruments } = this.state;
    const least = valueMinor(instruments, this.instrument, quantityLots, LOWEST_TICK);
    return greater(negated(paid), least);
  }

  private tickOf(quantityLots: Lots, costMinor: AmountMinor): PriceTicks {
    const { instruments } = this.state;
    invariant(quantityLots >= 1, 'a price is of lots');
    const perTick = quantityLots * instruments.get(this.instrument, I.multiplier);
    const isInverse = instruments.get(this.instrument, I.payoff) === INVERSE;
    const ticks = isInverse
      ? divideFloor(perTick, Math.max(1, 0 - costMinor))
      : divideFloor(costMinor, perTick);
    const highest = instruments.get(this.instrument, I.maxPriceTicks);
    return priceTicks(Math.min(Math.max(1, ticks), highest));
  }
}
