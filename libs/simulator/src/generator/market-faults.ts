import { rowOf, sweepOf } from '../twin/twin-state.js';
import { CONTRACT } from './contract-drafts.js';
import { fundingDraft, priceDraft, settlementDraft } from './market-drafts.js';
import type { DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { idsWhere, oneOf } from './world-context.js';

type Settlement = DraftOf<'SettlementPricePublished'>;

const settlement = (terms: Partial<Settlement>): Settlement => ({
  type: 'SettlementPricePublished',
  instrument: CONTRACT.perpetual,
  priceTicks: 400_000,
  final: 0,
  ...terms,
});

const alive: Fault = (context) => {
  const { mark, observedAt, market } = rowOf(context.state.instruments, CONTRACT.perpetual);
  if (mark === undefined || market === 'settling') return undefined;
  const price = priceDraft(context, CONTRACT.perpetual, mark.toNumber());
  return { ...price, observedAt: observedAt - 1 };
};

/** Market inputs and orders' answers that are refused, by the reason. */
export const marketFaults: Readonly<Record<number, Fault>> = {
  120: alive,
  401: ({ random }) => ({
    type: 'LiquidationOrderAnswered',
    order: random.below(1000),
    answer: random.below(4),
    filledLots: 0,
  }),
  402: ({ random, state }) => {
    const order = oneOf(random, [...state.orders.keys()]);
    if (order === undefined) return undefined;
    const filledLots = rowOf(state.orders, order).filled.toNumber() + 1;
    return { type: 'LiquidationOrderAnswered', order, answer: 1 + random.below(3), filledLots };
  },
  506: ({ random, state }) => {
    const swept = idsWhere(state.instruments, ({ isPremiumPaid, market }, id) => {
      const isOpen = market === 'open' || market === 'stale' || market === 'halted';
      return sweepOf(state, id) !== undefined && isOpen && !isPremiumPaid;
    });
    const instrument = oneOf(random, swept);
    return instrument === undefined ? undefined : settlement({ instrument, priceTicks: 1000 });
  },
  507: () => settlement({ instrument: CONTRACT.paidCall, priceTicks: 1000 }),
  508: () => settlement({ final: 1 }),
  509: () => ({ type: 'FundingRatePublished', instrument: CONTRACT.paidCall, ratePpb: 5 }),
  510: (context) => {
    const funding = fundingDraft(context);
    return funding === undefined ? undefined : { ...funding, ratePpb: -100_000_001 };
  },
  511: ({ state }) => {
    const [instrument] = idsWhere(state.instruments, ({ kind, market, mark }) => {
      return kind === 'perpetual' && (market !== 'open' || mark === undefined);
    });
    return instrument === undefined
      ? undefined
      : { type: 'FundingRatePublished', instrument, ratePpb: 5 };
  },
  520: ({ random, state }) => {
    const closedDate = state.businessDate === 0 ? 18_766 : state.businessDate;
    return random.below(2) === 0
      ? { type: 'SettlementCycleClosed', closedDate, nextDate: closedDate }
      : { type: 'SettlementCycleClosed', closedDate: closedDate + 1, nextDate: closedDate + 2 };
  },
  521: ({ state }) => {
    if (state.sweeps.length === 0) return undefined;
    const closedDate = state.businessDate === 0 ? 18_766 : state.businessDate;
    return { type: 'SettlementCycleClosed', closedDate, nextDate: closedDate + 1 };
  },
  /** Funding while a sweep runs [506]. */
  1506: ({ random, state }) => {
    const swept = idsWhere(state.instruments, ({ kind, market, mark }, id) => {
      const isFundable = kind === 'perpetual' && market === 'open' && mark !== undefined;
      return isFundable && sweepOf(state, id) !== undefined;
    });
    const instrument = oneOf(random, swept);
    return instrument === undefined
      ? undefined
      : { type: 'FundingRatePublished', instrument, ratePpb: 7 };
  },
  /** A settlement price out of range [109]. */
  1109: (context) => {
    const draft = settlementDraft(context);
    return draft === undefined ? undefined : { ...draft, priceTicks: 100_000_001 };
  },
};
