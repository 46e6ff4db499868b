import { message } from '../schema.js';
import { inputHead } from './head.js';

const account = { type: 'ref', to: 'account', doc: 'Which account.' } as const;
const instrument = { type: 'ref', to: 'instrument', doc: 'Which market.' } as const;
const breach = { type: 'i64', doc: 'Sequence of the MarginBreached event.' } as const;
const figures = {
  equityMinor: { type: 'i64', doc: 'Equity in the base currency of the pool.' },
  maintenanceMinor: { type: 'i64', doc: 'Maintenance requirement, base currency.' },
  initialMinor: { type: 'i64', doc: 'Initial requirement, base currency.' },
} as const;

export const MarketDepthObserved = message({
  name: 'MarketDepthObserved',
  templateId: 140,
  version: 1,
  kind: 'input',
  doc: 'What rests in the books of a market near its price, and its index. Replaces the last one; moves no mark.',
  fields: {
    ...inputHead,
    instrument,
    bidLots: { type: 'i64', doc: 'Lots that can be sold into, 0 or more.' },
    askLots: { type: 'i64', doc: 'Lots that can be bought, 0 or more.' },
    indexTicks: { type: 'i64', default: 0, doc: 'Index price; 0: not known.' },
    observedAt: {
      type: 'time',
      doc: 'When the source saw it; older than the last one is refused.',
    },
  },
});

export const LiquidationPaced = message({
  name: 'LiquidationPaced',
  templateId: 141,
  version: 1,
  kind: 'decision',
  doc: 'A tranche of a liquidation: what it may order of each position and why no more; its orders follow.',
  fields: {
    account,
    breach,
    nextAt: { type: 'time', doc: 'No further tranche of the account before this.' },
    windowFrom: {
      type: 'time',
      doc: 'Beginning of the window of participation; none without windows.',
    },
    limits: {
      type: 'group',
      maxItems: 64,
      doc: 'Positions of which less than all may be ordered.',
      fields: {
        instrument,
        limitLots: { type: 'i64', doc: 'Most lots of an order.' },
        boundBy: {
          type: 'enum',
          values: ['open-interest', 'depth', 'window', 'index-gap', 'price-band'],
          doc: 'Which rule is the tightest.',
        },
      },
    },
    ordered: {
      type: 'group',
      maxItems: 64,
      doc: 'What it orders, by instrument: so much of the window is used.',
      fields: { instrument, orderedLots: { type: 'i64', doc: 'Lots of its orders.' } },
    },
  },
});

export const LiquidationDeferred = message({
  name: 'LiquidationDeferred',
  templateId: 142,
  version: 1,
  kind: 'decision',
  doc: 'Nothing is ordered for the account until a time, unless it recovers before.',
  fields: {
    account,
    breach,
    until: { type: 'time', doc: 'When it goes on.' },
    reason: {
      type: 'enum',
      values: ['delay', 'throttled'],
      doc: 'delay: between two tranches; throttled: no position may be ordered of.',
    },
  },
});

export const LiquidationResumed = message({
  name: 'LiquidationResumed',
  templateId: 143,
  version: 1,
  kind: 'decision',
  doc: 'The time to which a liquidation was deferred has come; its own cause.',
  fields: { account, breach },
});

export const LiquidationAttemptFailed = message({
  name: 'LiquidationAttemptFailed',
  templateId: 144,
  version: 1,
  kind: 'decision',
  doc: 'An order of a liquidation ended unfilled or filled in part; counted until the liquidation ends.',
  fields: {
    account: { type: 'ref', to: 'account', doc: 'The account under liquidation.' },
    order: { type: 'i64', doc: 'The order.' },
    attempts: { type: 'u32', doc: 'How many have failed in this liquidation.' },
  },
});

export const BreakerReferenceSet = message({
  name: 'BreakerReferenceSet',
  templateId: 145,
  version: 1,
  kind: 'decision',
  doc: 'Moves of a mark are measured from here until the window of the breaker is over.',
  fields: {
    instrument,
    referenceTicks: { type: 'i64', doc: 'The mark from which moves are measured.' },
  },
});

export const MarketHalted = message({
  name: 'MarketHalted',
  templateId: 146,
  version: 1,
  kind: 'decision',
  doc: 'A mark moved too far in too short a time: nobody is judged on it until the market opens again.',
  fields: {
    instrument,
    referenceTicks: { type: 'i64', doc: 'From where the move is measured.' },
    markTicks: { type: 'i64', doc: 'The mark to which it went.' },
    resumeAt: { type: 'time', doc: 'Log time at which the market opens again.' },
  },
});

export const MarketResumed = message({
  name: 'MarketResumed',
  templateId: 147,
  version: 1,
  kind: 'decision',
  doc: 'A halted market opens again, at its present mark; its own cause.',
  fields: {
    instrument,
    markTicks: { type: 'i64', doc: 'Its mark, from which moves are measured anew.' },
  },
});

export const DeleveragingStarted = message({
  name: 'DeleveragingStarted',
  templateId: 148,
  version: 1,
  kind: 'decision',
  doc: 'What the liquidation fund cannot bear is borne by the other side of a position: its holders are ranked.',
  fields: {
    account,
    instrument: { type: 'ref', to: 'instrument', doc: 'Which position is deleveraged.' },
    breach,
    accountCount: { type: 'u32', doc: 'Accounts that the ranking goes over.' },
    pass: { type: 'u32', doc: 'From 1; each pass takes the next part of the ranking.' },
    belowScore: {
      type: 'i64',
      doc: 'Where the pass before it ended: its last score; 0 in the first.',
    },
    belowAccount: { type: 'ref', to: 'account', doc: 'And its last account; none in the first.' },
    ...figures,
  },
});

export const DeleveragingContinued = message({
  name: 'DeleveragingContinued',
  templateId: 149,
  version: 1,
  kind: 'decision',
  doc: 'A slice of the ranking; the last one closes positions against the bankrupt one. Its own cause.',
  fields: {
    account: { type: 'ref', to: 'account', doc: 'The bankrupt account.' },
    from: { type: 'u32', doc: 'First account of the slice.' },
    to: { type: 'u32', doc: 'One past its last.' },
    last: { type: 'u8', doc: '1 when the ranking is complete.' },
    ranked: {
      type: 'group',
      maxItems: 256,
      doc: 'Holders of the other side in the slice that are among the first of the ranking.',
      fields: {
        account: { type: 'ref', to: 'account', doc: 'The holder.' },
        score: {
          type: 'i64',
          doc: 'Its rank: gain x leverage, millionths; the highest comes first.',
        },
      },
    },
  },
});

export const PositionDeleveraged = message({
  name: 'PositionDeleveraged',
  templateId: 150,
  version: 1,
  kind: 'decision',
  doc: 'Lots of a bankrupt account and of the other side are closed against each other, outside of any book.',
  fields: {
    account: { type: 'ref', to: 'account', doc: 'The bankrupt account.' },
    counterparty: { type: 'ref', to: 'account', doc: 'Who is deleveraged.' },
    instrument,
    side: { type: 'enum', values: ['buy', 'sell'], doc: 'What the bankrupt account does.' },
    breach,
    quantityLots: { type: 'i64', doc: 'Lots that are closed.' },
    priceTicks: { type: 'i64', doc: 'Bankruptcy price, rounded to a tick, for people.' },
    costMinor: { type: 'i64', doc: 'What is booked as the cost of the lots, settlement currency.' },
    lossMinor: {
      type: 'i64',
      doc: 'What the counterparty gives up against the mark, base currency, 0 or more.',
    },
    score: { type: 'i64', doc: 'The rank of the counterparty.' },
    counterpartyEquityMinor: { type: 'i64', doc: 'Its equity after it, base currency.' },
    counterpartyMaintenanceMinor: { type: 'i64', doc: 'Its maintenance requirement after it.' },
  },
});

export const DeleveragingSkipped = message({
  name: 'DeleveragingSkipped',
  templateId: 151,
  version: 1,
  kind: 'decision',
  doc: 'A ranked account keeps lots that it would otherwise lose: without them it would be worse off than its level.',
  fields: {
    account: { type: 'ref', to: 'account', doc: 'The bankrupt account.' },
    counterparty: { type: 'ref', to: 'account', doc: 'Who keeps them.' },
    instrument,
    keptLots: { type: 'i64', doc: 'Lots that it keeps of those that were wanted.' },
    reason: {
      type: 'enum',
      values: ['margin', 'gated', 'not-healthy', 'limits'],
      doc: 'margin: its whole portfolio would fall below its level without them.',
    },
  },
});

export const DeleveragingEnded = message({
  name: 'DeleveragingEnded',
  templateId: 152,
  version: 1,
  kind: 'decision',
  doc: 'The deleveraging of a position is over.',
  fields: {
    account: { type: 'ref', to: 'account', doc: 'The bankrupt account.' },
    instrument,
    closedLots: { type: 'i64', doc: 'Lots that it closed.' },
    leftLots: { type: 'i64', doc: 'Lots that nobody could bear; they stay under liquidation.' },
    ...figures,
  },
});

export const PortfolioTakenOver = message({
  name: 'PortfolioTakenOver',
  templateId: 153,
  version: 1,
  kind: 'decision',
  doc: "The pool's backstop takes every position of the account at the mark, for a stated cost.",
  fields: {
    account,
    backstop: { type: 'ref', to: 'account', doc: 'Who takes them.' },
    breach,
    costMinor: {
      type: 'i64',
      doc: 'What the account pays it, base currency; never beyond its equity.',
    },
    notionalMinor: { type: 'i64', doc: 'Notional of the positions, base currency.' },
    ...figures,
    positions: {
      type: 'group',
      maxItems: 256,
      doc: 'The positions, by instrument.',
      fields: {
        instrument,
        takenLots: { type: 'i64', doc: 'Signed lots.' },
        valueMinor: {
          type: 'i64',
          doc: 'Their value at the mark, at which they go over, settlement currency.',
        },
      },
    },
  },
});

export const TakeOverDeclined = message({
  name: 'TakeOverDeclined',
  templateId: 154,
  version: 1,
  kind: 'decision',
  doc: 'The backstop was due to take the portfolio over and could not; orders go on.',
  fields: {
    account,
    backstop: { type: 'ref', to: 'account', doc: 'Who was to take them.' },
    breach,
    reason: {
      type: 'enum',
      values: ['insolvent', 'backstop-not-healthy', 'margin', 'notional-limit', 'limits', 'gated'],
      doc: 'insolvent: there is no equity and the liquidation fund does not bear what is missing.',
    },
  },
});

export const HedgeLost = message({
  name: 'HedgeLost',
  templateId: 155,
  version: 1,
  kind: 'decision',
  doc: 'A position of the account ended by no act of its own and its requirement rose: it is given time.',
  fields: {
    account,
    instrument: { type: 'ref', to: 'instrument', doc: 'Where it lost its position.' },
    how: { type: 'enum', values: ['expiry', 'deleveraging'], doc: 'How.' },
    maintenanceBeforeMinor: { type: 'i64', doc: 'Maintenance requirement before, base currency.' },
    ...figures,
    until: { type: 'time', doc: 'Until then it is not liquidated for it.' },
  },
});

export const HedgeGraceEnded = message({
  name: 'HedgeGraceEnded',
  templateId: 156,
  version: 1,
  kind: 'decision',
  doc: 'The time given for a lost hedge is over; its own cause.',
  fields: { account, ...figures },
});
