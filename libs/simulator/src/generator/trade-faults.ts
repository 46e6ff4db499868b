import { positionOf, rowOf, sweepOf } from '../twin/twin-state.js';
import { CONTRACT } from './contract-drafts.js';
import { POOL, VENUE } from './genesis-inputs.js';
import type { Draft } from './steps.js';
import {
  bustOf,
  priceNear,
  regularTrade,
  reportDraft,
  tradableAccounts,
  type TradeDraft,
} from './trade-drafts.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

export type Fault = (context: WorldContext) => Draft | undefined;

/** A regular trade with something changed. */
function altered(change: (trade: TradeDraft, context: WorldContext) => Partial<TradeDraft>): Fault {
  return (context) => {
    const trade = regularTrade(context);
    return trade === undefined ? undefined : { ...trade, ...change(trade, context) };
  };
}

/** A trade between two accounts of the exchange pool in an instrument, or undefined. */
function tradeIn(
  context: WorldContext,
  instrument: number | undefined,
  venue: number,
): Draft | undefined {
  const [buyer, seller] = tradableAccounts(context, POOL.exchange);
  if (instrument === undefined || buyer === undefined || seller === undefined) return undefined;
  const row = rowOf(context.state.instruments, instrument);
  const priceTicks = priceNear(context, row, 0);
  return reportDraft(context, { venue, instrument, buyer, seller, priceTicks });
}

/** Trades that are refused, by the reason. */
export const tradeFaults: Readonly<Record<number, Fault>> = {
  102: altered(() => ({ venue: 99 })),
  103: altered(() => ({ instrument: 9999 })),
  104: altered(() => ({ buyer: 99_999 })),
  105: altered(() => ({ seller: 99_999 })),
  106: altered(({ buyer }) => ({ seller: buyer })),
  107: altered((trade, context) => {
    const { pool } = rowOf(context.state.accounts, trade.buyer);
    const abroad = tradableAccounts(context, pool === POOL.exchange ? POOL.cleared : POOL.exchange);
    return { seller: abroad[0] ?? trade.seller };
  }),
  108: altered((trade, { state }) => {
    const { pool } = rowOf(state.accounts, trade.seller);
    const barred = idsWhere(state.accounts, (account) => {
      const isBarred = account.isClosed || account.kind === 'omnibus-gross';
      return account.pool === pool && (isBarred || account.state === 'closed-out');
    });
    return { buyer: barred[0] ?? trade.buyer };
  }),
  109: altered((trade, { random, state }) => {
    const most = rowOf(state.instruments, trade.instrument).maxPrice.toNumber();
    return { priceTicks: random.below(2) === 0 ? 0 : most + 1 };
  }),
  110: altered((trade, { random, state }) => {
    const most = rowOf(state.instruments, trade.instrument).maxLots.toNumber();
    return { quantityLots: random.below(2) === 0 ? 0 : most + 1 };
  }),
  111: (context) => {
    const ended = idsWhere(context.state.instruments, ({ market }) => {
      return market === 'settling' || market === 'expired';
    });
    return tradeIn(context, oneOf(context.random, ended), VENUE.openOffer);
  },
  112: (context) => {
    const trade = regularTrade(context);
    if (trade === undefined) return undefined;
    const { state } = context;
    const bought = positionOf(state, trade.buyer, trade.instrument).lots;
    const sold = positionOf(state, trade.seller, trade.instrument).lots.neg();
    const most = rowOf(state.instruments, trade.instrument).maxLots.toNumber();
    const held = Math.max(bought.toNumber(), sold.toNumber());
    if (held < 1) return undefined;
    return { ...trade, venue: VENUE.openOffer, quantityLots: most - held + 1 };
  },
  113: ({ state }) => {
    const [whale] = idsWhere(state.accounts, ({ name }) => name === 'whale-1');
    return whale === undefined
      ? { type: 'CollateralDeposited', account: 1, currency: 1, amountMinor: 9_007_199_254_740_991 }
      : whaleTrade(state.instruments.size, whale);
  },
  114: altered((trade, { random, state }) => {
    const [order] = state.orders.keys();
    return random.below(2) === 0 || order === undefined
      ? { tradeType: 2, liquidationOrder: random.below(2) * 4096 }
      : { tradeType: 2, liquidationOrder: order, quantityLots: 100_000 };
  }),
  115: (context) => {
    const halted = idsWhere(context.state.instruments, ({ market, mark, currency }) => {
      return market === 'halted' && mark !== undefined && currency !== 5;
    });
    return tradeIn(context, oneOf(context.random, halted), VENUE.onAck);
  },
  116: altered(() => ({
    venue: VENUE.onAck,
    instrument: CONTRACT.perpetual,
    quantityLots: 50_000,
    priceTicks: 400_000,
  })),
  122: altered((trade, { state }) => ({ venue: VENUE.onAck, acceptBy: state.timeUs - 1 })),
  123: (context) => {
    const { instruments } = context.state;
    const isStale = (id: number): boolean => instruments.get(id)?.market === 'stale';
    const untrusted = idsWhere(instruments, ({ mark, currency, underlying }, id) => {
      return mark !== undefined && currency !== 5 && (isStale(id) || isStale(underlying));
    });
    return tradeIn(context, oneOf(context.random, untrusted), VENUE.onAck);
  },
  118: (context) => {
    const trade = tradeIn(context, CONTRACT.perpetual, VENUE.openOffer);
    return trade === undefined ? undefined : { ...trade, instrument: CONTRACT.dark };
  },
  119: (context) => tradeIn(context, CONTRACT.odd, VENUE.openOffer),
};

/** A trade whose cost does not fit beside a balance of almost 2^52. */
function whaleTrade(instruments: number, whale: number): Draft | undefined {
  return instruments < 12
    ? undefined
    : {
        type: 'TradeReported',
        venue: VENUE.openOffer,
        instrument: 12,
        buyer: whale,
        seller: whale + 1,
        tradeDate: 0,
        businessDate: 0,
        priceTicks: 1_000_000,
        quantityLots: 1,
        executedAt: 0,
        matchId: 0,
        tradeId: 0,
        liquidationOrder: 0,
        tradeType: 0,
        aggressor: 0,
        acceptBy: 0,
        details: '',
      };
}

/** Busts that are refused, by the reason. */
export const bustFaults: Readonly<Record<number, Fault>> = {
  301: (context) => {
    const trade = oneOf(context.random, context.trades);
    return trade === undefined
      ? undefined
      : { ...bustOf(trade), tradeSequence: trade.sequence + 1 };
  },
  302: (context) => {
    const trade = oneOf(context.random, context.trades);
    if (trade === undefined) return undefined;
    const bust = bustOf(trade);
    return { ...bust, costMinor: bust.costMinor + 1 };
  },
  303: (context) => {
    const busted = oneOf(
      context.random,
      context.trades.filter(({ isBusted }) => isBusted),
    );
    return busted === undefined ? undefined : bustOf(busted);
  },
  304: ({ random, state, trades }) => {
    const late = trades.filter(({ isBusted, message: { instrument, liquidationOrder } }) => {
      const isExpired = rowOf(state.instruments, instrument).market === 'expired';
      const isLate = isExpired || sweepOf(state, instrument) !== undefined;
      return isLate && !isBusted && liquidationOrder === 0;
    });
    const trade = oneOf(random, late);
    return trade === undefined ? undefined : bustOf(trade);
  },
  306: ({ random, trades }) => {
    const fills = trades.filter(({ message }) => message.liquidationOrder !== 0);
    const fill = oneOf(random, fills);
    return fill === undefined ? undefined : bustOf(fill);
  },
};
