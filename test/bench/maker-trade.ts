import { type BareInput, VENUE } from './ingest-market.js';

/** What a desk trades for an account with a maker. */
export interface DeskTrade {
  readonly instrument: number;
  readonly account: number;
  readonly isBuy: boolean;
  readonly lots: number;
  readonly priceTicks: number;
}

/** The trade as the venue reports it; `liquidationOrder` 0: it fills none. */
export function makerTrade(of: DeskTrade, maker: number, liquidationOrder: number): BareInput {
  const { instrument, account, isBuy, lots, priceTicks } = of;
  return {
    type: 'TradeReported',
    venue: VENUE,
    instrument,
    buyer: isBuy ? account : maker,
    seller: isBuy ? maker : account,
    tradeDate: 20_000,
    businessDate: 0,
    priceTicks,
    quantityLots: lots,
    executedAt: 1_728_000_000_000_000,
    matchId: 0,
    tradeId: 0,
    liquidationOrder,
    tradeType: liquidationOrder === 0 ? 0 : 2,
    aggressor: 0,
    acceptBy: 0,
    details: '',
  };
}
