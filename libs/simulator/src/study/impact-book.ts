import { power } from '#libs/pricing';
import { invariant } from '#libs/units';

/** How a venue's price answers to flow; the same for every policy. */
export interface ImpactLaw {
  /** Passing displacement by a flow of one minute's turnover, in volatilities of a minute. */
  readonly scale: number;
  readonly exponent: number;
  /** Time in which half of the passing displacement is back. */
  readonly halfLifeUs: number;
  /**
   * Displacement that stays, by the same flow. It is linear in the flow: any other law pays whoever buys
   * in one rhythm and sells in another (Huberman and Stanzl 2004).
   */
  readonly lasting: number;
}

/** The market that a flow meets at a moment. */
export interface Liquidity {
  /** Turnover a minute, reference currency. */
  readonly turnover: number;
  readonly volatility: number;
}

/** Halvings of an interval until it is as narrow as a double allows here. */
const HALVINGS = 60;

/**
 * Displacement of one price by our own flow, as a share of the price; positive is down, by sales. It is
 * the sum of what stays and of what passes. The next order goes on where the price is: at the flow
 * that would have displaced it so far, under the liquidity of this moment.
 */
export class ImpactBook {
  private lasting = 0;
  private passing = 0;

  constructor(private readonly law: ImpactLaw) {
    invariant(law.exponent > 0, 'more flow moves the price further');
    invariant(law.lasting >= 0, 'what stays is on the side of the flow');
  }

  get permanent(): number {
    return this.lasting;
  }

  get temporary(): number {
    return this.passing;
  }

  get displacement(): number {
    return this.lasting + this.passing;
  }

  /** Time goes by: what comes back does. */
  recover(spanUs: number): void {
    this.passing *= power(0.5, spanUs / this.law.halfLifeUs);
    if (Math.abs(this.passing) < 1e-9) this.passing = 0;
  }

  /** Most that can be sold (bought: `sign` -1) before the price is displaced to `limit`; at most `most`. */
  roomTo(limit: number, sign: 1 | -1, most: number, liquidity: Liquidity): number {
    if ((limit - this.displacement) * sign <= 0) return 0;
    const isWithin = (notional: number): boolean =>
      (limit - this.displacedAfter(sign * notional, liquidity)) * sign >= 0;
    if (isWithin(most)) return most;
    let [fits, exceeds] = [0, most];
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (fits + exceeds) / 2;
      if (isWithin(middle)) fits = middle;
      else exceeds = middle;
    }
    return fits;
  }

  /** Takes a sale (`sign` 1) or a purchase of so much; returns its mean displacement. */
  take(notional: number, sign: 1 | -1, liquidity: Liquidity): number {
    invariant(notional > 0, 'a fill has a size');
    const from = this.flowAt(this.passing, liquidity);
    const flow = (sign * notional) / liquidity.turnover;
    const to = from + flow;
    const passing = (this.area(to, liquidity) - this.area(from, liquidity)) / flow;
    const stays = this.law.lasting * liquidity.volatility * flow;
    const mean = this.lasting + stays / 2 + passing;
    this.passing = this.displacedBy(to, liquidity);
    this.lasting += stays;
    return mean;
  }

  private displacedAfter(signed: number, liquidity: Liquidity): number {
    const flow = signed / liquidity.turnover;
    const passing = this.displacedBy(this.flowAt(this.passing, liquidity) + flow, liquidity);
    return this.lasting + this.law.lasting * liquidity.volatility * flow + passing;
  }

  private displacedBy(flow: number, { volatility }: Liquidity): number {
    if (flow === 0) return 0;
    const size = this.law.scale * volatility * power(Math.abs(flow), this.law.exponent);
    return flow < 0 ? -size : size;
  }

  private flowAt(displacement: number, { volatility }: Liquidity): number {
    const units = Math.abs(displacement) / (this.law.scale * volatility);
    if (units === 0) return 0;
    const size = power(units, 1 / this.law.exponent);
    return displacement < 0 ? -size : size;
  }

  /** Integral of the passing displacement from no flow to this one: even, since the law is odd. */
  private area(flow: number, { volatility }: Liquidity): number {
    const { scale, exponent } = this.law;
    if (flow === 0) return 0;
    return (scale * volatility * power(Math.abs(flow), 1 + exponent)) / (1 + exponent);
  }
}
