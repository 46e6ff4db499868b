import type { InputMessage } from '#libs/events';
import { blackCall, blackPut, deviationOf } from '#libs/pricing';
import { invariant } from '#libs/units';
import type { MarketPath } from './price-path.js';

/** Minor units of the reference currency in one of it: a lot and a tick are one minor unit. */
const MINOR_DIGITS = 4;
export const MINOR = 10_000;
const DAY_US = 86_400_000_000;
const YEAR_US = 365 * DAY_US;
const EXPIRY_US = 30 * DAY_US;
const MAX_LOTS = 100_000_000;
const MAX_PRICE_TICKS = 10_000_000;
/** Ticks so fine that a price has five or six digits. */
const PRICE_DIGITS = 5;
const PUT_STRIKE = 0.9;
const CALL_STRIKE = 1.1;
/** Premium of the future at the start, and how much of a coin's move since then it follows. */
const BASIS = 0.01;
const BASIS_FOLLOWS = 0.1;
/** Implied volatility at the start; a fall by x raises it by the factor 1 + 2 x. */
const VOLATILITY = 1;
const VOLATILITY_FOLLOWS = 2;

export const CONTRACT_KINDS = ['perpetual', 'future', 'put', 'call'] as const;
export type HedgeKind = (typeof CONTRACT_KINDS)[number];

/** A contract of the study; ids are 1 + the place in the list. */
export interface HedgeContract {
  readonly id: number;
  readonly asset: number;
  readonly kind: HedgeKind;
  readonly name: string;
  readonly tickDigits: number;
  /** Strike in ticks of the perpetual; 0 where there is none. */
  readonly strikeTicks: number;
  readonly expiresAtUs: number;
}

/** Of each coin a perpetual, a future, a put 10 % below and a call 10 % above the first price. */
export function listHedgeContracts(path: MarketPath): HedgeContract[] {
  const expiresAtUs = path.startUs + EXPIRY_US;
  return path.assets.flatMap(({ coin, prices }, asset) => {
    const first = prices[0]!;
    const tickDigits = tickDigitsOf(first);
    const strike = (share: number): number => Math.round(first * share * 10 ** tickDigits);
    return CONTRACT_KINDS.map((kind, k) => ({
      id: asset * CONTRACT_KINDS.length + k + 1,
      asset,
      kind,
      name: `${coin}-${kind.toUpperCase()}`,
      tickDigits,
      strikeTicks: kind === 'put' ? strike(PUT_STRIKE) : kind === 'call' ? strike(CALL_STRIKE) : 0,
      expiresAtUs: kind === 'perpetual' ? 0 : expiresAtUs,
    }));
  });
}

/** Id of a coin's contract of a kind. */
export function contractId(asset: number, kind: HedgeKind): number {
  return asset * CONTRACT_KINDS.length + CONTRACT_KINDS.indexOf(kind) + 1;
}

/** Decimal digits of a tick of a coin at about this price. */
export function tickDigitsOf(price: number): number {
  let digits = 0;
  while (digits < MINOR_DIGITS && price * 10 ** (digits + 1) < 10 ** (PRICE_DIGITS + 1))
    digits += 1;
  return digits;
}

/** The input that lists a contract. */
export function hedgeListing(contract: HedgeContract): InputMessage {
  const isOption = contract.strikeTicks > 0;
  return {
    type: 'InstrumentListed',
    publisherSequence: 0,
    publisher: 1,
    currency: 1,
    underlying: isOption ? contractId(contract.asset, 'perpetual') : 0,
    kind: isOption ? 2 : contract.kind === 'future' ? 1 : 0,
    payoff: 0,
    premium: isOption ? 1 : 0,
    optionType: contract.kind === 'call' ? 1 : contract.kind === 'put' ? 2 : 0,
    marginClass: contract.asset + 1,
    tickDigits: contract.tickDigits,
    multiplier: 1,
    underlyingMultiplier: isOption ? 1 : 0,
    strikeTicks: contract.strikeTicks,
    maxLots: MAX_LOTS,
    maxPriceTicks: MAX_PRICE_TICKS,
    outlierPpm: 0,
    staleAfterUs: 0,
    expiresAt: contract.expiresAtUs,
    name: contract.name,
  };
}

/** What a contract is worth where its coin costs `price`, and how it moves with the coin. */
export interface Worth {
  /** In ticks, not rounded. */
  readonly ticks: number;
  /** Value of a move of the coin by one: 1 for perpetuals and futures. */
  readonly delta: number;
}

/** Prices of a coin's contracts at a moment, from the price of the coin alone. */
export class HedgeMarket {
  constructor(private readonly startPrices: readonly number[]) {}

  /** Implied volatility of a coin's options, ppm a year. */
  volatilityPpm(asset: number, price: number): number {
    const fall = Math.max(0, 1 - price / this.startOf(asset));
    return Math.round(VOLATILITY * (1 + VOLATILITY_FOLLOWS * fall) * 1e6);
  }

  /** Forward of the expiry, in ticks. */
  forwardTicks(contract: HedgeContract, price: number): number {
    const basis = BASIS + BASIS_FOLLOWS * (price / this.startOf(contract.asset) - 1);
    return Math.max(1, Math.round(price * (1 + basis) * 10 ** contract.tickDigits));
  }

  worthOf(contract: HedgeContract, price: number, timeUs: number): Worth {
    const ticks = price * 10 ** contract.tickDigits;
    if (contract.kind === 'perpetual') return { ticks, delta: 1 };
    const forward = this.forwardTicks(contract, price);
    if (contract.kind === 'future') return { ticks: forward, delta: 1 };
    const years = (contract.expiresAtUs - timeUs) / YEAR_US;
    const volatility = this.volatilityPpm(contract.asset, price) / 1e6;
    const value = (at: number): number => {
      const deviation = deviationOf(volatility, years);
      const black = contract.kind === 'call' ? blackCall : blackPut;
      return black(at, contract.strikeTicks, deviation);
    };
    const [below, above] = [value(forward * 0.999), value(forward * 1.001)];
    return { ticks: value(forward), delta: (above - below) / (forward * 0.002) };
  }

  private startOf(asset: number): number {
    const price = this.startPrices[asset];
    invariant(price !== undefined, 'a coin has a first price');
    return price;
  }
}
