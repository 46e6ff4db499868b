import { type AmountMinor, invariant, type Lots, negated, type PriceTicks } from '#libs/units';
import { A, P, SAGA } from '#libs/clearing';
import { I, LINEAR, OPTION } from '#libs/market';
import { levelMinor, type Rulebook } from '#libs/margin';
import { isWaiting } from '../decide/account-standing.js';
import type { Evaluation } from '../decide/evaluation.js';
import type { HouseState } from '../state/house-state.js';
import { EdgeHeap, STAMPS } from './edge-heap.js';
import { requirementStep } from './requirement-step.js';
import type { Watch } from './watch.js';

/** Bands narrower than this are not worth keeping: the unit stays hot. */
const NARROWEST = 1e-5;
const WIDEST = 0.5;
/** Share of its distance that a unit spends on the band: of one that trades, and that prices release. */
const SHARE_OF_TRADER = 0.5;
const SHARE_OF_HOLDER = 0.95;
/** Columns of a unit's row. */
const ROW = 4;
/** Slack left for trades, base currency minor units; meaningless for a hot unit. */
const SLACK = 0;
/** Relative width of its bands. */
const WIDTH = 1;
/** Bands with another stamp no longer hold. */
const STAMP = 2;
/** 1 + place in the hot list; 0 when not hot. */
const HOT_PLACE = 3;
/** Minor units that rounding one requirement up can cost at the highest level (10), and one more. */
const ROUNDING = 11;

/**
 * Which units a price can concern (docs/safe-bands.md). After a unit was judged and nothing
 * followed, its distance from the nearest boundary is split: a share is spent on a relative band around
 * each price it depends on, the rest stays as slack for trades. The time that a price stays in a band
 * grows with the square of its width, so who does not trade spends nearly all on it. While every price is inside its band and
 * the slack is not used up, no boundary can be reached, so judging it would change nothing.
 *
 * A unit without a band is *hot*: judged at every price of an instrument that it holds. Bands decide
 * only whom to look at, never what follows; they are derived, in no root and no snapshot.
 */
export class SafeBands implements Watch {
  /** A row a unit: what a trade touches lies in one cache line. */
  private rows = new Float64Array(ROW * 1024);
  private hot = new Int32Array(1024);
  private hotCount = 0;
  /** By unit: 1 when its last band was left by a price, 0 when trades used up its slack. */
  private holders = new Uint8Array(1024);
  private readonly above: EdgeHeap[] = [];
  private readonly below: EdgeHeap[] = [];
  private readonly isValid = (unit: number, stamp: number): boolean =>
    (this.rows[unit * ROW + STAMP] ?? 0) % STAMPS === stamp;
  private readonly makeHot = (unit: number): void => {
    this.holders[unit] = 1;
    this.release(unit);
  };

  constructor(
    private readonly state: HouseState,
    private readonly evaluation: Evaluation,
  ) {
    this.releaseAll();
  }

  /** The unit's band no longer holds: it is hot until it is judged. */
  release(unit: number): void {
    const at = unit * ROW;
    if (at >= this.rows.length) this.grow(unit);
    const { rows } = this;
    rows[at + STAMP] = (rows[at + STAMP] ?? 0) + 1;
    if (rows[at + HOT_PLACE] !== 0) return;
    invariant(this.hotCount < this.hot.length, 'a unit is hot once');
    this.hot[this.hotCount++] = unit;
    rows[at + HOT_PLACE] = this.hotCount;
  }

  releaseAll(): void {
    const { accounts } = this.state;
    for (let id = 1; id <= accounts.count; id++) {
      if (accounts.get(id, A.parent) === 0) this.release(id);
    }
  }

  /** Units to judge when an instrument's price is now `priceTicks`. */
  touched(instrument: number, priceTicks: PriceTicks): number[] {
    invariant(priceTicks >= 1, 'a price that touches is above 0');
    this.above[instrument]?.popBelow(priceTicks, this.makeHot);
    this.below[instrument]?.popBelow(negated(priceTicks), this.makeHot);
    const units: number[] = [];
    for (let k = 0; k < this.hotCount; k++) {
      const unit = this.hot[k] ?? 0;
      if (this.holds(unit, instrument)) units.push(unit);
    }
    return units;
  }

  /**
   * Whether a trade of this unit leaves it inside its band, so that it need not be judged. Uses up
   * slack: fee, fill against mark, the requirement of the lots, and what they add to the slope.
   */
  absorb(
    unit: number,
    instrument: number,
    lots: Lots,
    priceTicks: PriceTicks,
    feeMinor: AmountMinor,
    lotsAfter: Lots,
  ): boolean {
    const { rows } = this;
    const at = unit * ROW;
    if (at >= rows.length || rows[at + HOT_PLACE] !== 0) return false;
    const { instruments } = this.state;
    if (!this.isPlain(instrument, unit)) return false;
    if (instruments.get(instrument, I.sweepRunning) !== 0) return false;
    const rulebook = this.rulebookOf(unit);
    if (rulebook === undefined) return false;
    const mark = instruments.get(instrument, I.markTicks);
    const perTick = lots * instruments.get(instrument, I.multiplier);
    const width = rows[at + WIDTH] ?? 0;
    const reach = (2 * width * mark) / (1 - width);
    const marginClass = instruments.get(instrument, I.marginClass);
    const requirement =
      rulebook.concentration(marginClass) === undefined
        ? (perTick * mark * rulebook.steepestPpm(marginClass)) / 1e6
        : requirementStep(instruments, instrument, lots, lotsAfter, rulebook);
    const used =
      feeMinor +
      perTick * Math.abs(mark - priceTicks) +
      requirement * (1 + reach / mark) +
      perTick * reach +
      ROUNDING;
    const slack = (rows[at + SLACK] ?? 0) - used * (1 + 1e-9);
    rows[at + SLACK] = slack;
    if (slack <= 0) {
      this.holders[unit] = 0;
      return false;
    }
    // Lots where there were none: a price that the band did not watch yet.
    if (Math.abs(lotsAfter) === lots) this.watch(unit, instrument, width);
    return true;
  }

  /** Who is not hot is inside all its bands: every price releases whose edge it crosses. */
  isInside(unit: number): boolean {
    const at = unit * ROW;
    return at < this.rows.length && this.rows[at + HOT_PLACE] === 0;
  }

  /** After a judgement of the unit evaluated last that led to nothing: a new band, if one is sound. */
  settle(unit: number): void {
    this.release(unit);
    const { accounts } = this.state;
    const saga = accounts.get(unit, A.sagaState);
    const isDormant =
      saga >= SAGA.defaulted ||
      accounts.get(unit, A.closed) !== 0 ||
      (saga === SAGA.liquidating && isWaiting(this.state, unit));
    if (isDormant) {
      this.cool(unit);
      this.rows[unit * ROW + SLACK] = -1;
      return;
    }
    const distance = this.distance(saga);
    if (distance <= 0 || !this.isBandable(unit)) return;
    const slope = this.slope(saga);
    const share = this.holders[unit] === 1 ? SHARE_OF_HOLDER : SHARE_OF_TRADER;
    const width = slope === 0 ? WIDEST : Math.min(WIDEST, (distance * share) / slope);
    if (width < NARROWEST) return;
    const { portfolio } = this.evaluation;
    const slack =
      distance * (1 - 1e-9) - width * slope * (1 + 1e-9) - ROUNDING * (portfolio.count + 1);
    if (slack <= 0) return;
    invariant(width <= WIDEST, 'a band is a share of a price');
    invariant(width * slope + slack < distance, 'band and slack stay inside the boundary');
    this.rows[unit * ROW + SLACK] = slack;
    this.rows[unit * ROW + WIDTH] = width;
    this.cool(unit);
    for (let k = 0; k < portfolio.count; k++) {
      if (portfolio.lots[k] !== 0) this.watch(unit, portfolio.instruments[k] ?? 0, width);
    }
  }

  /** Distance of equity from the nearest boundary of its state; not above 0: none is kept. */
  private distance(saga: number): number {
    const { figures, rulebook } = this.evaluation;
    if (rulebook === undefined || figures.gated) return 0;
    const { equityMinor, maintenanceMinor, initialAtRestMinor } = figures;
    const { warningPpm, warningClearPpm } = rulebook.source;
    if (saga === SAGA.healthy) return equityMinor - levelMinor(maintenanceMinor, warningPpm);
    // Trades of others move open interest, and with it the initial requirement, but not below this.
    if (saga === SAGA.called) return initialAtRestMinor - equityMinor;
    if (saga !== SAGA.warned) return 0;
    return Math.min(
      equityMinor - maintenanceMinor,
      levelMinor(maintenanceMinor, warningClearPpm) - equityMinor,
    );
  }

  /** How much the distance can change when every price moves by its whole self. */
  private slope(saga: number): number {
    const { portfolio, rulebook } = this.evaluation;
    if (rulebook === undefined) return 0;
    const { instruments } = this.state;
    const { warningPpm, warningClearPpm } = rulebook.source;
    const level = Math.max(warningPpm, warningClearPpm) / 1e6;
    let slope = 0;
    for (let k = 0; k < portfolio.count; k++) {
      const id = portfolio.instruments[k] ?? 0;
      const perTick = Math.abs(portfolio.lots[k] ?? 0) * instruments.get(id, I.multiplier);
      const requirement =
        saga === SAGA.called
          ? (portfolio.initial[k] ?? 0)
          : level * (portfolio.maintenance[k] ?? 0);
      slope += perTick * instruments.get(id, I.markTicks) + requirement;
    }
    return slope;
  }

  /**
   * Only linear contracts in the base currency. Coins as collateral are worth the same until one of
   * their prices comes, which releases every band.
   */
  private isBandable(unit: number): boolean {
    const { portfolio } = this.evaluation;
    for (let k = 0; k < portfolio.count; k++) {
      if (!this.isPlain(portfolio.instruments[k] ?? 0, unit)) return false;
    }
    return true;
  }

  private isPlain(instrument: number, unit: number): boolean {
    const { instruments } = this.state;
    return (
      instruments.get(instrument, I.payoff) === LINEAR &&
      instruments.get(instrument, I.kind) !== OPTION &&
      instruments.get(instrument, I.currency) === this.state.baseCurrencyOf(unit)
    );
  }

  private rulebookOf(unit: number): Rulebook | undefined {
    const { accounts, rulebooks } = this.state;
    return rulebooks.inForce(accounts.get(unit, A.pool));
  }

  /** Registers the edges of a relative band around an instrument's mark. */
  private watch(unit: number, instrument: number, width: number): void {
    const mark = this.state.instruments.get(instrument, I.markTicks);
    const above = (this.above[instrument] ??= new EdgeHeap(this.isValid));
    const below = (this.below[instrument] ??= new EdgeHeap(this.isValid));
    invariant(mark > 0 && width > 0 && width < 1, 'a band lies around a price');
    const stamp = this.rows[unit * ROW + STAMP] ?? 0;
    above.push(Math.floor(mark + mark * width), unit, stamp);
    below.push(-Math.ceil(mark - mark * width), unit, stamp);
  }

  /** Whether the unit has lots in the instrument, or in an option on it. */
  private holds(unit: number, instrument: number): boolean {
    if (this.accountHolds(unit, instrument)) return true;
    const clients = this.state.accounts.clientsOf(unit);
    return clients?.some((client) => this.accountHolds(client, instrument)) ?? false;
  }

  private accountHolds(account: number, instrument: number): boolean {
    const { positions, instruments } = this.state;
    const { data, stride } = positions;
    let at = positions.first(account) * stride;
    const end = at + positions.countOf(account) * stride;
    for (; at < end; at += stride) {
      const held = data[at + P.instrument] ?? 0;
      const isConcerned = held === instrument || instruments.get(held, I.underlying) === instrument;
      if (isConcerned && data[at + P.lots] !== 0) return true;
    }
    return false;
  }

  /** Takes a unit out of the hot list: the last one takes its place. */
  private cool(unit: number): void {
    const { rows } = this;
    const place = (rows[unit * ROW + HOT_PLACE] ?? 0) - 1;
    if (place < 0) return;
    invariant(place < this.hotCount && this.hot[place] === unit, 'a hot unit is where it says');
    const last = this.hot[--this.hotCount] ?? 0;
    this.hot[place] = last;
    rows[last * ROW + HOT_PLACE] = place + 1;
    rows[unit * ROW + HOT_PLACE] = 0;
  }

  /** Reads a unit's row, so that it is in the cache when it is needed. */
  touch(unit: number): number {
    return this.rows[unit * ROW] ?? 0;
  }

  private grow(unit: number): void {
    const units = Math.max(unit + 1, (this.rows.length / ROW) * 2);
    const rows = new Float64Array(units * ROW);
    const hot = new Int32Array(units);
    const holders = new Uint8Array(units);
    rows.set(this.rows);
    hot.set(this.hot);
    holders.set(this.holders);
    this.rows = rows;
    this.hot = hot;
    this.holders = holders;
  }
}
