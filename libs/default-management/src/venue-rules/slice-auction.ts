import { divideFloor, invariant, multiplyDivideFloor, multiplyDivideHalfUp } from '#libs/units';

const BILLION = 1_000_000_000;

/** Terms of a Dutch auction of slices of a whole portfolio (Derive v2, DutchAuction.sol); ppb. */
export interface SliceAuctionTerms {
  /** Share of its value at which a slice is offered first, and at which the fast phase ends. */
  readonly startPpb: number;
  readonly cutoffPpb: number;
  readonly fastSeconds: number;
  /** The slow phase ends at nothing. */
  readonly slowSeconds: number;
  readonly bufferPpb: number;
  readonly feePpb: number;
}

/** A portfolio under auction, minor units. */
export interface AuctionedPortfolio {
  readonly valueMinor: number;
  /** Value less the maintenance requirement: below 0 while it is under auction. */
  readonly marginMinor: number;
  /** Cash that earlier bidders paid; not for sale. */
  readonly reservedMinor: number;
}

/** What an auction brings the portfolio up to: margin with a buffer on the requirement. */
export function bufferMarginMinor(
  { valueMinor, marginMinor }: Pick<AuctionedPortfolio, 'valueMinor' | 'marginMinor'>,
  { bufferPpb }: Pick<SliceAuctionTerms, 'bufferPpb'>,
): number {
  invariant(marginMinor <= valueMinor, 'a requirement is 0 or more');
  return marginMinor + multiplyDivideHalfUp(marginMinor - valueMinor, bufferPpb, BILLION);
}

/** Share of the value asked for after so long: falls in a straight line, fast and then slowly; 0 in the end. */
export function auctionFactorPpb(seconds: number, terms: SliceAuctionTerms): number {
  const { startPpb, cutoffPpb, fastSeconds, slowSeconds } = terms;
  invariant(seconds >= 0 && fastSeconds > 0 && slowSeconds > 0, 'an auction has two phases');
  if (seconds < fastSeconds) {
    return startPpb - divideFloor((startPpb - cutoffPpb) * seconds, fastSeconds);
  }
  const slow = Math.min(seconds - fastSeconds, slowSeconds);
  return cutoffPpb - divideFloor(cutoffPpb * slow, slowSeconds);
}

/** What the largest slice is a share of, both above 0. */
interface Slice {
  /** What the buffer margin lacks. */
  readonly lackMinor: number;
  /** What selling the whole portfolio would raise it by. */
  readonly raisedMinor: number;
}

function sliceOf(
  portfolio: AuctionedPortfolio,
  terms: SliceAuctionTerms,
  factorPpb: number,
): Slice {
  const { valueMinor, reservedMinor } = portfolio;
  const lackMinor = 0 - bufferMarginMinor(portfolio, terms);
  invariant(lackMinor > 0, 'who is auctioned lacks margin');
  const priced = multiplyDivideHalfUp(valueMinor, factorPpb, BILLION);
  const kept = multiplyDivideHalfUp(reservedMinor, BILLION - factorPpb, BILLION);
  const raisedMinor = lackMinor + priced + kept;
  invariant(raisedMinor > 0, 'selling what is worth something raises margin');
  return { lackMinor, raisedMinor };
}

/** Largest share of the portfolio that is sold at once: it brings the buffer margin to 0 exactly; ppb. */
export function largestSlicePpb(
  portfolio: AuctionedPortfolio,
  terms: SliceAuctionTerms,
  factorPpb: number,
): number {
  const { lackMinor, raisedMinor } = sliceOf(portfolio, terms, factorPpb);
  return Math.min(BILLION, multiplyDivideHalfUp(lackMinor, BILLION, raisedMinor));
}

/** What is bid for a share of what the portfolio holds beside reserved cash, at a factor. */
export function sliceBidMinor(
  { valueMinor, reservedMinor }: AuctionedPortfolio,
  factorPpb: number,
  sharePpb: number,
): number {
  invariant(sharePpb >= 0 && sharePpb <= BILLION, 'a share is at most the whole');
  const whole = multiplyDivideHalfUp(valueMinor - reservedMinor, factorPpb, BILLION);
  return multiplyDivideFloor(whole, sharePpb, BILLION);
}

/** Fee when an auction begins: a share of the value of the slice that would be sold at full price. */
export function auctionFeeMinor(portfolio: AuctionedPortfolio, terms: SliceAuctionTerms): number {
  const { lackMinor, raisedMinor } = sliceOf(portfolio, terms, BILLION);
  const slice = multiplyDivideHalfUp(portfolio.valueMinor, lackMinor, raisedMinor);
  return multiplyDivideHalfUp(slice, terms.feePpb, BILLION);
}
