import { type AmountMinor, invariant, type Lots, type PriceTicks } from '#libs/units';
import { A, P, SAGA } from '#libs/clearing';
import { I, LINEAR, OPTION } from '#libs/market';
import type { Rulebook } from '#libs/margin';
import { isWaiting } from '../decide/account-standing.js';
import type { Evaluation } from '../decide/evaluation.js';
import type { HouseState } from '../state/house-state.js';
import { touchUnits, UNITS_AT_ONCE } from '../unit-prefetch.js';
import { distanceOf } from './band-bounds.js';
import { BandEdges } from './band-edges.js';
import { spentMinor, widthFor } from './band-width.js';
import { STAMPS } from './edge-heap.js';
import { FALL, INVERSE, LEVERAGE, RISE, ROW as FACTOR_ROW } from './factor-rows.js';
import { HotUnits } from './hot-units.js';
import { PriceFactors } from './price-factors.js';
import { requirementStep } from './requirement-step.js';
import type { Watch } from './watch.js';

/** Bands narrower than this are not worth keeping: the unit stays hot. */
const NARROWEST = 1e-5;
const WIDEST = 0.5;
const WIDEST_ONE_WAY = 4;
/** Share of its distance that a unit spends on the band: of one that trades, and that prices release. */
const SHARE_OF_TRADER = 0.5;
const SHARE_OF_HOLDER = 0.95;
/** The slack of a unit that has none to give: its next trade has it judged. */
const NO_SLACK = -1;
/** Columns of a unit's row. */
const ROW = 2;
/** Slack left for trades, base currency minor units; NO_SLACK of a holder; meaningless for a hot unit. */
const SLACK = 0;
/** Relative width of its bands; 0 when it has none and is hot. */
const WIDTH = 1;
/** In a unit's mark, above its stamp: a price left its last band; else trades used up its slack. */
const HOLDER = STAMPS;
/** What a trade can cost by rounding: a requirement up at the highest level (10), and one more. */
const ROUNDING = 11;

/**
 * Which units a price can concern (docs/safe-bands.md). After a unit was judged and nothing
 * followed, its distance from the nearest boundary is split: a share is spent on a relative band around
 * each price it depends on, the rest stays as slack for trades. While every price is inside its band and
 * the slack is not used up, no boundary can be reached, so judging it would change nothing. The time that
 * a price stays in a band grows with the square of its width, so who does not trade spends nearly all on
 * it; and while it is healthy, each price can harm it on one side alone: there its band ends, and only there.
 *
 * A unit without a band is *hot*: judged at every price of an instrument that it holds. Bands decide
 * only whom to look at, never what follows; they are derived, in no root and no snapshot.
 */
export class SafeBands implements Watch {
  /** A row a unit: what a trade touches lies in one cache line. */
  private rows = new Float64Array(ROW * 1024);
  /** By unit: stamp modulo STAMPS, and HOLDER. Bytes, since every edge that is cleaned away looks here. */
  private marks = new Uint8Array(1024);
  private readonly hot = new HotUnits();
  private readonly edges = new BandEdges((unit, stamp) => this.stampOf(unit) === stamp);
  private readonly makeHot = (unit: number): void => {
    this.marks[unit] = (this.marks[unit] ?? 0) | HOLDER;
    this.release(unit);
  };

  constructor(
    private readonly state: HouseState,
    private readonly evaluation: Evaluation,
    /** A test gives one that is wrong. */
    private readonly factors = new PriceFactors(state, evaluation),
  ) {
    this.releaseAll();
  }

  /** The unit's band no longer holds: it is hot until it is judged. */
  release(unit: number): void {
    invariant(unit >= 1, 'a unit has an id');
    if (unit >= this.marks.length) this.grow(unit);
    const mark = this.marks[unit] ?? 0;
    this.marks[unit] = (mark & HOLDER) | ((mark + 1) & (STAMPS - 1));
    this.rows[unit * ROW + WIDTH] = 0;
    this.hot.add(unit);
  }

  releaseAll(): void {
    const { accounts } = this.state;
    for (let id = 1; id <= accounts.count; id++) {
      if (accounts.get(id, A.parent) === 0) this.release(id);
    }
  }

  /** Units to judge when an instrument's price is now `priceTicks`. */
  touched(instrument: number, priceTicks: PriceTicks): number[] {
    this.edges.cross(instrument, priceTicks, this.makeHot);
    const { list, count } = this.hot;
    const units: number[] = [];
    for (let from = 0; from < count; from += UNITS_AT_ONCE) {
      const to = Math.min(from + UNITS_AT_ONCE, count);
      touchUnits(this.state, list, from, to);
      for (let k = from; k < to; k++) {
        const unit = list[k] ?? 0;
        if (this.holds(unit, instrument)) units.push(unit);
      }
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
    const width = rows[at + WIDTH] ?? 0;
    if (width === 0) return false;
    const left = rows[at + SLACK] ?? NO_SLACK;
    if (left <= 0) return this.isSpent(unit);
    invariant(width < 1 && lots > 0, 'a band that absorbs trades is on both sides of a price');
    const { instruments } = this.state;
    if (!this.isPlain(instrument, unit)) return false;
    if (instruments.get(instrument, I.sweepRunning) !== 0) return false;
    const rulebook = this.rulebookOf(unit);
    if (rulebook === undefined) return false;
    const mark = instruments.get(instrument, I.markTicks);
    const perTick = lots * instruments.get(instrument, I.multiplier);
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
    const slack = left - used * (1 + 1e-9);
    rows[at + SLACK] = slack;
    if (slack <= 0) return this.isSpent(unit);
    // Lots where there were none: a price that the band did not watch yet.
    if (Math.abs(lotsAfter) === lots) this.watch(unit, instrument, width);
    return true;
  }

  /** Its trades took the slack, or there was none for any: it is settled next as one that trades. */
  private isSpent(unit: number): false {
    this.marks[unit] = (this.marks[unit] ?? 0) & (STAMPS - 1);
    return false;
  }

  /** Who is not hot is inside all its bands: every price releases whose edge it crosses. */
  isInside(unit: number): boolean {
    return (this.rows[unit * ROW + WIDTH] ?? 0) > 0;
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
      this.cool(unit, NO_SLACK, WIDEST);
      return;
    }
    const distance = distanceOf(this.evaluation, saga);
    if (distance > 0) this.settleAt(unit, distance, saga);
  }

  /**
   * A band that spends a share of the distance. One way, each price may go as far as it likes to the side
   * that does no harm; a trade could change sides, so there is no slack for any. A requirement by
   * scenarios moves with a trade as no bound here says: each of its trades is judged.
   */
  private settleAt(unit: number, distance: number, saga: number): void {
    const { factors, evaluation } = this;
    invariant(saga < SAGA.liquidating && distance > 0, 'a band keeps a distance from a boundary');
    const isWhole = evaluation.rulebook?.scenario !== undefined;
    const isHolder = isWhole || ((this.marks[unit] ?? 0) & HOLDER) !== 0;
    const oneWay = isHolder && saga === SAGA.healthy;
    factors.gather(saga, oneWay);
    const { rows, roundingMinor } = factors;
    const share = isHolder ? SHARE_OF_HOLDER : SHARE_OF_TRADER;
    const width = widthFor(rows, distance * share, oneWay ? WIDEST_ONE_WAY : WIDEST);
    const slack = slackOf(distance, spentMinor(rows, width), roundingMinor);
    if (width < NARROWEST || slack <= 0) return;
    this.cool(unit, oneWay || isWhole ? NO_SLACK : slack, width);
    for (let f = 0; f < rows.count; f++) this.watchFactor(unit, f, width);
  }

  /** Edges on the sides on which a price can do harm. */
  private watchFactor(unit: number, f: number, width: number): void {
    const factors = this.factors.rows;
    const { rows } = factors;
    const at = f * FACTOR_ROW;
    const own = width * rows[at + LEVERAGE]!;
    const below = rows[at + INVERSE] === 0 ? own : own / (1 + own);
    const isAbove = rows[at + RISE]! > 0;
    // A price does not fall to 0.
    const isBelow = rows[at + FALL]! > 0 && below < 1;
    const instrument = factors.instrument(f);
    const mark = this.state.instruments.get(instrument, I.markTicks);
    invariant(own > 0 && below <= own, 'an edge below is no further than the one above');
    const stamp = this.stampOf(unit);
    if (isAbove) this.edges.putAbove(instrument, mark, own, unit, stamp);
    if (isBelow) this.edges.putBelow(instrument, mark, below, unit, stamp);
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
    const stamp = this.stampOf(unit);
    this.edges.putAbove(instrument, mark, width, unit, stamp);
    this.edges.putBelow(instrument, mark, width, unit, stamp);
  }

  private stampOf(unit: number): number {
    return (this.marks[unit] ?? 0) & (STAMPS - 1);
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

  /** The unit is hot no longer: it has a band, or there is nothing to judge it for. */
  private cool(unit: number, slack: number, width: number): void {
    invariant(width > 0 && slack !== 0, 'who has a band has a width, and slack or none to give');
    this.rows[unit * ROW + SLACK] = slack;
    this.rows[unit * ROW + WIDTH] = width;
    this.hot.remove(unit);
  }

  /** Reads a unit's row, so that it is in the cache when it is needed. */
  touch(unit: number): number {
    return this.rows[unit * ROW] ?? 0;
  }

  private grow(unit: number): void {
    const units = Math.max(unit + 1, this.marks.length * 2);
    const rows = new Float64Array(units * ROW);
    const marks = new Uint8Array(units);
    rows.set(this.rows);
    marks.set(this.marks);
    this.rows = rows;
    this.marks = marks;
  }
}

/** What is left of a distance for trades when prices may take so much of it, and rounding. */
function slackOf(distance: number, spent: number, roundingMinor: number): number {
  const slack = distance * (1 - 1e-9) - spent * (1 + 1e-9) - roundingMinor;
  invariant(spent + slack < distance, 'band and slack stay inside the boundary');
  return slack;
}
