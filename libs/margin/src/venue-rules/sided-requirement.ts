import { invariant, multiplyDivideHalfUp, type Product, productsDivideCeil } from '#libs/units';
import { proportionalRate } from '../rate-growth.js';
import { type Exposure, lotsOf, ONE_PPB, type OpenOrder, valueOf } from './open-order.js';

/** Rates of a market that asks long and short for different margin (Vega, 0019-MCAL); ppb. */
export interface SidedRates {
  readonly longPpb: number;
  readonly shortPpb: number;
  /** Slippage of closing the position out, of its value. */
  readonly slippagePpb: number;
  /** The same for each contract of the position: quadratic on the position. */
  readonly slippagePerContractPpb: number;
  readonly lotsPerContract: number;
}

/** The market at hand; prices in minor units of a contract. */
export interface SidedMarket {
  readonly markMinor: number;
  /** What a contract will pay in funding; negative: receive. */
  readonly fundingMinor: number;
  /** Orders are then margined at their prices, or at the uncrossing price where that asks for more. */
  readonly isAuction: boolean;
  /** 0: none is known. */
  readonly auctionPriceMinor: number;
}

/**
 * Maintenance requirement of a position with its orders: each side apart, the larger counts. A side is
 * `mark x lots x (risk + slippage + quadratic slippage)` of the position on it, plus its orders at the
 * risk rate; funding that will be paid is added. Rounded up once, minor units.
 */
export function sidedRequirementMinor(
  { lots, buys, sells }: Exposure,
  rates: SidedRates,
  market: SidedMarket,
): number {
  const divisor = ONE_PPB * rates.lotsPerContract;
  const isLong = lots + lotsOf(buys) > 0;
  const isShort = lots - lotsOf(sells) < 0;
  const long = isLong ? sideOf(Math.max(0, lots), buys, rates.longPpb, rates, market) : [];
  const short = isShort ? sideOf(Math.max(0, -lots), sells, rates.shortPpb, rates, market) : [];
  const funding: Product = [Math.max(0, market.fundingMinor * lots), ONE_PPB];
  const requirement = Math.max(
    productsDivideCeil([...long, funding], divisor),
    productsDivideCeil([...short, funding], divisor),
  );
  invariant(requirement >= 0, 'a requirement is 0 or more');
  return requirement;
}

/** Products whose sum over ppb and lots a contract is what one side asks for. */
function sideOf(
  held: number,
  orders: readonly OpenOrder[],
  riskPpb: number,
  rates: SidedRates,
  { markMinor, isAuction, auctionPriceMinor }: SidedMarket,
): Product[] {
  const ratePpb = riskPpb + slippagePpb(held, rates);
  if (!isAuction) return [[markMinor, held * ratePpb + lotsOf(orders) * riskPpb]];
  const atAuction = auctionPriceMinor * lotsOf(orders);
  return [
    [markMinor, held * ratePpb],
    [Math.max(valueOf(orders), atAuction), riskPpb],
  ];
}

function slippagePpb(held: number, rates: SidedRates): number {
  const { slippagePpb: linear, slippagePerContractPpb: quadratic, lotsPerContract } = rates;
  invariant(held >= 0, 'a size has no sign');
  return linear + proportionalRate(quadratic, held, lotsPerContract);
}

/**
 * Price at which a position alone needs all the collateral it has, minor units of a contract, to the
 * nearest; 0 when no price above 0 does, undefined when it gains as fast as it needs.
 * `collateral + lots x (price - mark) - funding = price x |lots| x rates`.
 */
export function sidedLiquidationPrice(
  lots: number,
  collateralMinor: number,
  rates: SidedRates,
  { markMinor, fundingMinor }: SidedMarket,
): number | undefined {
  invariant(lots !== 0, 'a position that is liquidated has lots');
  const riskPpb = lots > 0 ? rates.longPpb : rates.shortPpb;
  const size = Math.abs(lots);
  const needs = size * (riskPpb + slippagePpb(size, rates)) - lots * ONE_PPB;
  if (needs === 0) return undefined;
  const paid = lots * markMinor + Math.max(0, lots * fundingMinor);
  const has = collateralMinor * rates.lotsPerContract - paid;
  invariant(Number.isSafeInteger(has) && Number.isSafeInteger(needs), 'sums are safe integers');
  const sign = needs < 0 ? -1 : 1;
  return Math.max(0, multiplyDivideHalfUp(has * sign, ONE_PPB, needs * sign));
}
