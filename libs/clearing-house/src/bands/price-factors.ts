import { SAGA } from '#libs/clearing';
import type { Rulebook } from '#libs/margin';
import { I, INVERSE, OPTION } from '#libs/market';
import { invariant } from '#libs/units';
import type { Evaluation } from '../decide/evaluation.js';
import type { HouseState } from '../state/house-state.js';
import { FactorRows } from './factor-rows.js';
import { shortOptionNeeds } from './short-option-needs.js';

const MILLION = 1_000_000;
/** Share of what a price moves by which a sum in doubles may be wrong, and far more. */
const DOUBT = 1e-6;
/** Minor units that rounding one requirement up can cost at the highest level (10), and one more. */
const ROUNDING = 11;
/** The same where a result is rounded in its own currency and converted: for each minor unit of either. */
const ROUNDING_CONVERTED = 13;
/** What one option's price moves for one per cent of its underlying's, in per cent: guessed within this. */
const MOST_LEVERAGE = 25;
const fraction = new Float64Array(2);

/**
 * Every price that the distance of the unit evaluated last depends on, and what of the distance a rise or a
 * fall of that price by its whole self can take at most (docs/safe-bands.md). A position counts at its own
 * price; the requirement of a short option under `linear` at its underlying's too; a requirement by
 * scenarios at no price, since it stays for the whole valuation epoch.
 */
export class PriceFactors {
  readonly rows = new FactorRows();
  /** What rounding can take, whatever the prices. */
  roundingMinor = 0;
  /** Factor of a requirement in the distance; whether that is the initial one of a called unit. */
  private level = 1;
  private isCalled = false;

  constructor(
    protected readonly state: HouseState,
    protected readonly evaluation: Evaluation,
  ) {}

  /**
   * Looks at the positions anew. `oneWay`: losses of a healthy unit on each side apart, however far prices
   * go; otherwise both sides bound any change, of what another state's two boundaries are made of too.
   */
  gather(saga: number, oneWay: boolean): void {
    const { rulebook, portfolio } = this.evaluation;
    invariant(rulebook !== undefined, 'who is judged has a rulebook');
    invariant(!oneWay || saga === SAGA.healthy, 'only a healthy unit has one boundary');
    this.rows.clear();
    this.roundingMinor = ROUNDING;
    this.isCalled = saga === SAGA.called;
    const { warningPpm, warningClearPpm } = rulebook.source;
    const level = (oneWay ? warningPpm : Math.max(warningPpm, warningClearPpm)) / MILLION;
    this.level = this.isCalled ? 1 : level;
    for (let k = 0; k < portfolio.count; k++) {
      if (portfolio.lots[k] !== 0) this.addPosition(k, rulebook, oneWay);
    }
    for (let f = 0; f < this.rows.count; f++) this.findLosses(f, oneWay);
    invariant(this.roundingMinor >= ROUNDING, 'rounding is allowed for');
  }

  protected addPosition(k: number, rulebook: Rulebook, oneWay: boolean): void {
    const { rows, level, evaluation, isCalled } = this;
    const { instruments } = this.state;
    const { portfolio, baseCurrency } = evaluation;
    const id = portfolio.instruments[k] ?? 0;
    const lots: number = portfolio.lots[k] ?? 0;
    const currency = instruments.get(id, I.currency);
    const isInverse = instruments.get(id, I.payoff) === INVERSE;
    const rate = this.rateOf(currency);
    const kept = currency === baseCurrency ? 1 : 1 - rulebook.haircutPpm(currency) / MILLION;
    const mark = instruments.get(id, I.markTicks);
    const size = lots * instruments.get(id, I.multiplier);
    invariant(mark > 0 && lots !== 0, 'what is held has lots and a mark');
    const worth = rate * (isInverse ? -size / mark : size * mark);
    const f = rows.place(id, { isInverse, kept, leverage: this.leverageOf(id) });
    rows.addWorth(f, worth);
    const isPlain = currency === baseCurrency && !isInverse;
    this.roundingMinor += isPlain ? ROUNDING : ROUNDING_CONVERTED * (1 + rate);
    if (rulebook.scenario !== undefined) return;
    if (lots > 0 || instruments.get(id, I.kind) !== OPTION) {
      const own = isCalled ? portfolio.initial[k] : portfolio.maintenance[k];
      rows.addNeeds(f, level * (own ?? 0), level * (own ?? 0));
      return;
    }
    const needs = shortOptionNeeds(instruments, id, -lots, { rulebook, isCalled, oneWay });
    const { underlying, byUnderlying, byMark } = needs;
    const scale = level * rate;
    rows.addNeeds(f, scale * byMark, needs.isExact ? scale * byMark : 0);
    this.roundingMinor += scale * needs.roundingMinor;
    if (byUnderlying === 0) return;
    const u = rows.place(underlying, { isInverse: false, kept: 1, leverage: 1 });
    rows.addNeeds(u, scale * byUnderlying, needs.isExact ? scale * byUnderlying : 0);
  }

  /** Value of a minor unit of a currency in the base currency, before haircuts. */
  private rateOf(currency: number): number {
    const { baseCurrency } = this.evaluation;
    if (currency === baseCurrency) return 1;
    this.state.currencies.conversion(currency, baseCurrency, fraction);
    const rate = (fraction[0] ?? 0) / (fraction[1] ?? 1);
    invariant(rate >= 0 && rate < Infinity, 'a rate of exchange is a number');
    return rate;
  }

  /**
   * How much wider an option's band is than others, because its price moves so much more: half of its
   * underlying's value over its own. A guess: any width is sound.
   */
  private leverageOf(id: number): number {
    const { instruments } = this.state;
    if (instruments.get(id, I.kind) !== OPTION) return 1;
    const spot = instruments.get(instruments.get(id, I.underlying), I.markTicks);
    const own = instruments.get(id, I.markTicks) * instruments.get(id, I.multiplier);
    const half = (spot * instruments.get(id, I.underlyingMultiplier)) / 2;
    return Math.max(1, Math.min(MOST_LEVERAGE, half / own));
  }

  /**
   * With worth N, needs from R' (relief) to R, and net equity in another currency counting from `kept` of
   * itself to the whole: the distance changes by at least (s N - R) x for a rise x > 0, and by
   * (s N - R') x for a fall x < 0, for the worst s. Inverse contracts are worth that in the reciprocal.
   */
  private findLosses(f: number, oneWay: boolean): void {
    const { rows } = this;
    const worth = rows.worth(f);
    const needs = rows.needs(f);
    const doubt = DOUBT * (rows.gross(f) + needs);
    if (!oneWay) {
      const loss = Math.abs(worth) + needs + doubt;
      rows.setLosses(f, loss, loss);
      return;
    }
    const counted = rows.kept(f) * worth;
    const low = Math.min(worth, counted) - needs;
    const high = Math.max(worth, counted) - rows.relief(f);
    invariant(low <= high, 'a bound from below is not above the one from above');
    const [upward, downward] = [Math.max(0, doubt - low), Math.max(0, doubt + high)];
    if (rows.isInverse(f)) rows.setLosses(f, downward, upward);
    else rows.setLosses(f, upward, downward);
  }
}
