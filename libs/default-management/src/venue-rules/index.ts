export { deleveragingOrder, deleveragingScore, type RankedWinner } from './deleveraging-rank.js';
export { deleverage, type Deleveraged, type DeleveragingPair } from './deleveraging.js';
export {
  collectLosses,
  disposalLots,
  type DisposalTerms,
  type Loser,
  RollingWindow,
  shareCollected,
} from './loss-sharing.js';
export {
  assetForDebt,
  debtForAsset,
  depositInterestCut,
  perpetualInsurancePpm,
  rampedFeePpm,
  spotInsurancePpm,
  type SwappedCoin,
} from './shortage-cure.js';
export {
  auctionFactorPpb,
  type AuctionedPortfolio,
  auctionFeeMinor,
  bufferMarginMinor,
  largestSlicePpb,
  sliceBidMinor,
  type SliceAuctionTerms,
} from './slice-auction.js';
export {
  compareLiquidations,
  fillablePrice,
  type FractionalPrice,
  insuranceDeltaMinor,
  isReduction,
  isSolvent,
  liquidationBounds,
  remainingMinor,
  risksOf,
  type ScaledAccount,
  type ScaledPosition,
  sliceBankruptcyMinor,
  type WaitingLiquidation,
} from './slice-price.js';
