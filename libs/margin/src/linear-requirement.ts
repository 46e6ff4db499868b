import { I } from '#libs/market';
import {
  amountMinor,
  type AmountMinor,
  invariant,
  lots as wholeLots,
  SAFE_LIMIT,
  ZERO,
} from '#libs/units';
import { convertDebt } from './conversion.js';
import { type Market, positionRequirement } from './linear.js';
import type { Portfolio } from './portfolio.js';
import { NO_SCENARIO, type RequirementModel, type SupportSink } from './requirement-model.js';
import type { Rulebook } from './rulebook.js';

/** A secant spans this part of a position: long enough that rounding does not show in its slope. */
const SPAN = 64;

/** The requirement of the `linear` model: a sum over positions, each convex in its size. */
export class LinearRequirement implements RequirementModel {
  private readonly slopes: Float64Array;

  constructor(
    private readonly portfolio: Portfolio,
    private readonly market: Market,
    private readonly rulebook: Rulebook,
    private readonly baseCurrency: number,
  ) {
    invariant(market.currencies.has(baseCurrency), 'a pool has a listed base currency');
    this.slopes = new Float64Array(portfolio.count);
  }

  maintenanceMinor(lots: Float64Array): AmountMinor {
    let sum = 0;
    for (let k = 0; k < this.portfolio.count; k++) sum += this.ofPosition(k, lots[k] ?? 0);
    invariant(sum >= 0 && sum <= SAFE_LIMIT, 'requirements are safe integers');
    return amountMinor(sum);
  }

  worstScenario(): number {
    return NO_SCENARIO;
  }

  /** One support: the slope of each position towards zero, where a plan goes. */
  supports(lots: Float64Array, _leastMinor: number, _most: number, give: SupportSink): void {
    let at = 0;
    for (let k = 0; k < this.portfolio.count; k++) {
      const size = Math.abs(lots[k] ?? 0);
      const side = (this.portfolio.lots[k] ?? 0) < 0 ? -1 : 1;
      const whole = Math.ceil(size);
      this.slopes[k] = 0;
      if (whole === 0) continue;
      const span = Math.ceil(whole / SPAN);
      invariant(span >= 1 && span <= whole, 'a secant ends within the position');
      const here = this.ofPosition(k, side * whole);
      const slope = (here - this.ofPosition(k, side * (whole - span))) / span;
      this.slopes[k] = side * slope;
      at += here - slope * (whole - size);
    }
    invariant(at < Infinity, 'a support is a number');
    give(at, this.slopes);
  }

  private ofPosition(k: number, lots: number): AmountMinor {
    if (lots === 0) return ZERO;
    const { instruments, currencies } = this.market;
    const id = this.portfolio.instruments[k] ?? 0;
    const own = positionRequirement(instruments, id, wholeLots(lots), this.rulebook, 'maintenance');
    return convertDebt(currencies, instruments.get(id, I.currency), this.baseCurrency, own);
  }
}
