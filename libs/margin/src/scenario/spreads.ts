import { checkedAdd, invariant, multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';
import { BILLION, type CommoditySpread, type ScenarioParameters } from './parameters.js';
import type { ScenarioPortfolio } from './portfolio.js';
import type { RiskArrays } from './risk-arrays.js';
import type { UnderlyingRisk } from './underlying-risk.js';

/**
 * SPAN's two spread rules (CME, margins/spread-calc): a charge where months of one commodity are
 * assumed to move alike and may not, and a credit where commodities move together.
 */
export class Spreads {
  /** Charge for calendar spreads, 0 or more. */
  calendarMinor = 0;
  /** Credit for spreads between commodities, 0 or more; taken off the requirement. */
  creditMinor = 0;
  /** Net delta by expiry and by underlying, in lots x 10^-9. */
  private readonly byExpiry: Float64Array;
  private readonly byUnderlying: Float64Array;

  constructor(private readonly arrays: RiskArrays) {
    this.byExpiry = new Float64Array(Math.max(1, arrays.market.expiries.length));
    this.byUnderlying = new Float64Array(Math.max(1, arrays.market.underlyings.length));
  }

  run(portfolio: ScenarioPortfolio, risks: readonly UnderlyingRisk[]): void {
    const { calendarSpreads, commoditySpreads } = this.arrays.parameters;
    this.calendarMinor = 0;
    this.creditMinor = 0;
    if (calendarSpreads.length === 0 && commoditySpreads.length === 0) return;
    this.sumDeltas(portfolio);
    this.chargeCalendars();
    this.giveCredits(risks);
  }

  private sumDeltas({ count, rows, lots }: ScenarioPortfolio): void {
    const { deltaPpb, market } = this.arrays;
    this.byExpiry.fill(0);
    this.byUnderlying.fill(0);
    for (let k = 0; k < count; k++) {
      const row = rows[k]!;
      const { expiry, underlying } = market.instruments[row]!;
      const delta = multiplyDivideFloor(lots[k]!, deltaPpb[row]!, 1);
      if (expiry >= 0) this.byExpiry[expiry] = checkedAdd(this.byExpiry[expiry]!, delta);
      this.byUnderlying[underlying] = checkedAdd(this.byUnderlying[underlying]!, delta);
    }
  }

  /** In the order of the list: what one spread has used is gone for the next. */
  private chargeCalendars(): void {
    const left = this.byExpiry;
    for (const spread of this.arrays.parameters.calendarSpreads) {
      const near = left[spread.nearExpiry]!;
      const far = left[spread.farExpiry]!;
      if (near === 0 || far === 0 || near > 0 === far > 0) continue;
      const used = Math.min(Math.abs(near), Math.abs(far));
      invariant(used > 0, 'a spread has two sides');
      left[spread.nearExpiry] = near - Math.sign(near) * used;
      left[spread.farExpiry] = far - Math.sign(far) * used;
      this.calendarMinor += multiplyDivideCeil(used, spread.chargeMinor, BILLION);
    }
    invariant(this.calendarMinor >= 0, 'a spread charge is 0 or more');
  }

  private giveCredits(risks: readonly UnderlyingRisk[]): void {
    const left = Float64Array.from(this.byUnderlying);
    for (const spread of this.arrays.parameters.commoditySpreads) {
      const spreads = spreadsFormed(spread, left);
      if (spreads === 0) continue;
      for (const { underlying, ratio } of spread.legs) {
        const used = spreads * ratio;
        const net = this.byUnderlying[underlying]!;
        const risk = priceRiskMinor(risks[underlying]!, this.arrays.parameters);
        invariant(used <= Math.abs(net), 'a spread uses no more delta than there is');
        const spreadRisk = multiplyDivideFloor(risk, used, Math.abs(net));
        this.creditMinor += multiplyDivideFloor(spreadRisk, spread.creditPpb, BILLION);
        left[underlying] = left[underlying]! - Math.sign(net) * used;
      }
    }
  }
}

/** Whole spreads x 10^-9 that the deltas left allow, in the ratio and with the sides of the legs. */
function spreadsFormed({ legs }: CommoditySpread, left: Float64Array): number {
  let spreads = Infinity;
  let direction = 0;
  for (const { underlying, side, ratio } of legs) {
    const delta = left[underlying]!;
    const turned = Math.sign(delta) * side;
    if (turned === 0 || (direction !== 0 && turned !== direction)) return 0;
    direction = turned;
    spreads = Math.min(spreads, Math.floor(Math.abs(delta) / ratio));
  }
  invariant(legs.length >= 2, 'a spread has two legs or more');
  return spreads;
}

/**
 * The part of an underlying's worst loss that is due to its price: averaged over the volatility moves
 * of the worst price move, less the average loss where the price stays.
 */
function priceRiskMinor({ gains }: UnderlyingRisk, { scenarios }: ScenarioParameters): number {
  invariant(gains.length === scenarios.length, 'there is a gain for every scenario');
  let worst = 0;
  for (let s = 1; s < gains.length; s++) if (gains[s]! < gains[worst]!) worst = s;
  const average = (shockPpb: number): number => {
    let sum = 0;
    let count = 0;
    scenarios.forEach(({ priceShockPpb, weightPpb, component }, s) => {
      if (priceShockPpb !== shockPpb || weightPpb !== scenarios[worst]!.weightPpb) return;
      if (component !== scenarios[worst]!.component) return;
      sum -= gains[s]!;
      count += 1;
    });
    return count === 0 ? 0 : Math.floor(sum / count);
  };
  return Math.max(0, average(scenarios[worst]!.priceShockPpb) - Math.max(0, average(0)));
}
