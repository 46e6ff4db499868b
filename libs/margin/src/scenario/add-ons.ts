import { checkedAdd, checkedMultiply, invariant, multiplyDivideCeil } from '#libs/units';
import type { ScenarioInstrument } from './market.js';
import { BILLION } from './parameters.js';
import type { ScenarioPortfolio, Segment } from './portfolio.js';
import type { RiskArrays } from './risk-arrays.js';
import { NOW } from './risk-row.js';

/** Charges beside the scenarios, minor units, each for maintenance and what initial adds to it. */
export class AddOns {
  linearMinor = 0;
  linearInitialMinor = 0;
  shortOptionMinor = 0;
  shortOptionInitialMinor = 0;
  haircutMinor = 0;
  haircutInitialMinor = 0;
  /** Prices that are less sure than the threshold; initial only. */
  confidenceMinor = 0;
  /** What the requirement is never below. */
  minimumMinor = 0;

  constructor(private readonly arrays: RiskArrays) {}

  run(portfolio: ScenarioPortfolio): void {
    this.linearMinor = this.linearInitialMinor = 0;
    this.shortOptionMinor = this.shortOptionInitialMinor = 0;
    this.haircutMinor = this.haircutInitialMinor = 0;
    this.confidenceMinor = this.minimumMinor = 0;
    const { underlyings } = this.arrays.market;
    let underlying = -1;
    let sure = BILLION;
    for (const segment of portfolio.segments) {
      if (segment.underlying !== underlying) {
        underlying = segment.underlying;
        sure = underlyings[underlying]!.confidencePpb;
        // A perpetual's price is one of the underlying's: what hangs on it is as sure as it is.
        for (const next of portfolio.segments) {
          if (next.underlying === underlying) {
            sure = Math.min(sure, this.futuresConfidence(portfolio, next));
          }
        }
      }
      if (segment.options) this.options(portfolio, segment, sure);
      else this.linear(portfolio, segment, sure);
    }
    invariant(this.confidenceMinor >= 0 && this.minimumMinor >= 0, 'charges are 0 or more');
  }

  private futuresConfidence(portfolio: ScenarioPortfolio, segment: Segment): number {
    if (segment.options || segment.expiry >= 0) return BILLION;
    let least = BILLION;
    for (let k = segment.from; k < segment.to; k++) {
      const instrument = this.instrument(portfolio, k);
      if (instrument.kind !== 'asset') least = Math.min(least, instrument.confidencePpb);
    }
    return least;
  }

  private linear(portfolio: ScenarioPortfolio, segment: Segment, sure: number): void {
    const { contingency, minimum } = this.arrays.parameters;
    const expiryConfidence = this.arrays.market.expiries[segment.expiry]?.confidencePpb;
    for (let k = segment.from; k < segment.to; k++) {
      const instrument = this.instrument(portfolio, k);
      const lots = portfolio.lots[k]!;
      if (instrument.kind === 'asset') {
        this.asset(portfolio.rows[k]!, lots);
        continue;
      }
      const notional = this.notionalMinor(instrument, Math.abs(lots));
      this.linearMinor += charge(notional, contingency.linearPpb);
      this.linearInitialMinor += charge(notional, contingency.linearInitialPpb);
      this.minimumMinor += charge(notional, minimum.linearPpb);
      const own = Math.min(instrument.confidencePpb, expiryConfidence ?? BILLION);
      this.confidenceMinor += this.doubt(notional, Math.min(sure, own));
    }
  }

  private asset(row: number, lots: number): void {
    const { lower, columns, parameters, market } = this.arrays;
    const asset = market.instruments[row]!;
    invariant(asset.kind === 'asset', 'a haircut is taken off collateral');
    if (lots <= 0) return;
    const { riskUnitsPerMinor } = parameters;
    const value = multiplyDivideCeil(lots, lower[row * columns + NOW]!, riskUnitsPerMinor);
    this.haircutMinor += charge(value, asset.haircutPpb);
    this.haircutInitialMinor += charge(value, asset.initialHaircutPpb);
    const spot = market.underlyings[asset.underlying]!.confidencePpb;
    this.confidenceMinor += this.doubt(value, Math.min(asset.confidencePpb, spot));
  }

  /** Calls and puts of a strike are netted: of the two, one ends without value. */
  private options(portfolio: ScenarioPortfolio, segment: Segment, sure: number): void {
    const { contingency, minimum, riskUnitsPerMinor } = this.arrays.parameters;
    const spot = this.arrays.market.underlyings[segment.underlying]!.spotTicks;
    let least = Math.min(sure, this.arrays.market.expiries[segment.expiry]!.confidencePpb);
    let gross = 0;
    let naked = 0;
    let shortLots = 0;
    let strike = -1;
    let net = 0;
    for (let k = segment.from; k < segment.to; k++) {
      const option = this.instrument(portfolio, k);
      invariant(option.kind === 'option', 'a segment of options has options only');
      const lots = portfolio.lots[k]!;
      const size = checkedMultiply(lots, option.riskUnitsPerTick);
      if (option.strikeTicks !== strike) {
        naked = checkedAdd(naked, Math.max(0, -net));
        strike = option.strikeTicks;
        net = 0;
      }
      net = checkedAdd(net, size);
      gross = checkedAdd(gross, Math.abs(size));
      if (lots < 0) shortLots -= lots;
      least = Math.min(least, option.confidencePpb);
    }
    naked = checkedAdd(naked, Math.max(0, -net));
    invariant(naked <= gross && least >= 0, 'what is naked is held');
    const nakedMinor = multiplyDivideCeil(naked, spot, riskUnitsPerMinor);
    this.shortOptionMinor += charge(nakedMinor, contingency.shortOptionPpb);
    this.shortOptionInitialMinor += charge(nakedMinor, contingency.shortOptionInitialPpb);
    this.minimumMinor += charge(nakedMinor, minimum.shortOptionPpb);
    this.minimumMinor += checkedMultiply(shortLots, minimum.shortOptionMinor);
    this.confidenceMinor += this.doubt(multiplyDivideCeil(gross, spot, riskUnitsPerMinor), least);
  }

  /** Size at the spot price of the underlying; an inverse contract's is in coin, at its own price. */
  private notionalMinor(instrument: ScenarioInstrument, size: number): number {
    const { market, parameters } = this.arrays;
    const { riskUnitsPerTick: scale, underlying } = instrument;
    invariant(size >= 0 && scale > 0, 'a notional has a size');
    const { riskUnitsPerMinor } = parameters;
    if (instrument.kind === 'published') return 0;
    if (instrument.kind === 'inverse') {
      const divisor = checkedMultiply(instrument.priceTicks, riskUnitsPerMinor);
      return multiplyDivideCeil(size, scale, divisor);
    }
    const spot = market.underlyings[underlying]!.spotTicks;
    return multiplyDivideCeil(checkedMultiply(size, scale), spot, riskUnitsPerMinor);
  }

  /** (1 - confidence) x factor x notional below the threshold, else nothing. */
  private doubt(notionalMinor: number, confidencePpb: number): number {
    const { thresholdPpb, factorPpb } = this.arrays.parameters.confidence;
    invariant(confidencePpb >= 0 && confidencePpb <= BILLION, 'a confidence is a share');
    if (confidencePpb >= thresholdPpb) return 0;
    return charge(charge(notionalMinor, BILLION - confidencePpb), factorPpb);
  }

  private instrument(portfolio: ScenarioPortfolio, k: number): ScenarioInstrument {
    return this.arrays.market.instruments[portfolio.rows[k]!]!;
  }
}

/** A share of an amount, rounded up. */
function charge(amountMinor: number, ratePpb: number): number {
  invariant(amountMinor >= 0 && ratePpb >= 0, 'a charge is 0 or more');
  return ratePpb === 0 ? 0 : multiplyDivideCeil(amountMinor, ratePpb, BILLION);
}
