import { message } from '../schema.js';
import { inputHead } from './head.js';
import { tradeDetails } from './trade-details.js';

/** 82 bytes; TradeNovated repeats it and appends what the clearing house decided. */
const tradeReport = {
  ...inputHead,
  venue: { type: 'ref', to: 'venue', doc: 'Where it was matched.' },
  instrument: { type: 'ref', to: 'instrument', doc: 'What was traded.' },
  buyer: { type: 'ref', to: 'account', doc: 'Account of the buy side.' },
  seller: { type: 'ref', to: 'account', doc: 'Account of the sell side; not the buyer.' },
  tradeDate: { type: 'date', doc: 'Trade date as the venue gives it.' },
  businessDate: { type: 'date', doc: 'Set by the clearing house; none in a report.' },
  priceTicks: { type: 'i64', doc: 'Price, at least 1.' },
  quantityLots: { type: 'i64', doc: 'Quantity, at least 1.' },
  executedAt: { type: 'time', doc: 'Time of the match at the venue.' },
  matchId: { type: 'i64', doc: "The venue's number that joins both sides." },
  tradeId: { type: 'i64', doc: "The venue's number of the trade." },
  liquidationOrder: {
    type: 'i64',
    default: 0,
    doc: 'Liquidation order that this fills; 0 for none.',
  },
  tradeType: {
    type: 'enum',
    values: ['regular', 'block', 'liquidation'],
    doc: 'A liquidation fill names its order.',
  },
  aggressor: { type: 'enum', values: ['none', 'buyer', 'seller'], doc: 'Who took liquidity.' },
} as const;

const acceptBy = {
  type: 'time',
  since: 2,
  default: 0,
  doc: 'novation-on-ack: refused when log time is later; none for no limit. Not part of the trade.',
} as const;

/** Most bytes of what a report says besides its fields, as canonical JSON. */
const DETAILS_BYTES_MAX = 2048;

export const TradeReported = message({
  name: 'TradeReported',
  templateId: 30,
  version: 3,
  kind: 'trade',
  doc: 'A matched trade, both sides, as a venue reports it. Never stored: it becomes TradeNovated or TradeRejected.',
  fields: {
    ...tradeReport,
    acceptBy,
    details: {
      type: 'object',
      maxBytes: DETAILS_BYTES_MAX,
      since: 3,
      known: tradeDetails,
      doc:
        'Optional fields, and fields that only the venue knows: kept in TradeDetailsRecorded, never decided ' +
        'on. In JSON they may stand beside the other fields instead.',
    },
  },
});

export const TradeNovated = message({
  name: 'TradeNovated',
  templateId: 31,
  version: 1,
  kind: 'decision',
  doc: 'The clearing house stands between buyer and seller from this moment (clearedAt = frame time).',
  fields: {
    ...tradeReport,
    costMinor: {
      type: 'i64',
      doc: 'Value of the trade in the settlement currency: charged to the buyer, credited to the seller.',
    },
    buyerFeeMinor: { type: 'i64', doc: 'Fee of the buyer, rounded up.' },
    sellerFeeMinor: { type: 'i64', doc: 'Fee of the seller, rounded up.' },
  },
});

export const TradeRejected = message({
  name: 'TradeRejected',
  templateId: 32,
  version: 2,
  kind: 'decision',
  doc: 'A well-formed trade that is refused; the venue voids both sides. Nothing else changed.',
  fields: {
    ...tradeReport,
    reason: { type: 'u16', doc: 'Number in the rejection registry.' },
    acceptBy,
  },
});

export const TradeDetailsRecorded = message({
  name: 'TradeDetailsRecorded',
  templateId: 36,
  version: 1,
  kind: 'decision',
  doc: 'What a report said besides its fields; behind the trade and its id. A report without says nothing.',
  fields: {
    trade: { type: 'i64', doc: 'Sequence of the TradeNovated or TradeRejected event.' },
    details: {
      type: 'object',
      maxBytes: DETAILS_BYTES_MAX,
      doc: 'As reported; the names that have a meaning stand at TradeReported.',
    },
  },
});

export const InputRejected = message({
  name: 'InputRejected',
  templateId: 33,
  version: 1,
  kind: 'decision',
  doc: 'Any other well-formed input that is refused. Nothing else changed.',
  fields: {
    ...inputHead,
    reason: { type: 'u16', doc: 'Number in the rejection registry.' },
    inputTemplateId: { type: 'u16', doc: 'Which message was refused.' },
    input: { type: 'bytes', maxBytes: 8192, doc: 'The refused record, byte for byte.' },
    messageId: {
      type: 'text',
      maxBytes: 36,
      doc: 'The id it came under when that id is the reason (601, 602); empty otherwise.',
    },
  },
});

export const InputIdentified = message({
  name: 'InputIdentified',
  templateId: 34,
  version: 1,
  kind: 'decision',
  doc: 'Remembers the id of the input before it, so that the same id is answered again and not repeated.',
  fields: {
    publisher: { type: 'ref', to: 'publisher', doc: 'Whose id it is.' },
    bodyHash: {
      type: 'i64',
      doc: '48-bit hash of the body: other content under one id is refused.',
    },
    messageId: { type: 'text', maxBytes: 36, doc: 'Begins with an ascending number or time.' },
  },
});

export const TradeBustRequested = message({
  name: 'TradeBustRequested',
  templateId: 35,
  version: 1,
  kind: 'input',
  doc: 'Undo a novated trade: the economics are repeated and must equal the remembered trade.',
  fields: {
    ...inputHead,
    tradeSequence: { type: 'i64', doc: 'Sequence of the TradeNovated event.' },
    instrument: { type: 'ref', to: 'instrument', doc: 'As traded.' },
    buyer: { type: 'ref', to: 'account', doc: 'As traded.' },
    seller: { type: 'ref', to: 'account', doc: 'As traded.' },
    quantityLots: { type: 'i64', doc: 'As traded.' },
    costMinor: { type: 'i64', doc: 'As novated.' },
    buyerFeeMinor: { type: 'i64', doc: 'As novated; given back.' },
    sellerFeeMinor: { type: 'i64', doc: 'As novated; given back.' },
  },
});

export const PriceObserved = message({
  name: 'PriceObserved',
  templateId: 40,
  version: 2,
  kind: 'input',
  doc: 'A mark price. Outliers are quarantined; a good price reopens a stale market.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'Which instrument.' },
    priceTicks: { type: 'i64', doc: 'The price, at least 1.' },
    observedAt: {
      type: 'time',
      doc: 'When the source saw it; older than the last one is refused.',
    },
    confidencePpm: {
      type: 'u32',
      since: 2,
      default: 1_000_000,
      doc: 'Confidence the source gives; 1000000 is full. Recorded, not yet used by `linear`.',
    },
  },
});

export const PriceQuarantined = message({
  name: 'PriceQuarantined',
  templateId: 41,
  version: 1,
  kind: 'decision',
  doc: 'The price before it is an outlier against the mark and is not used.',
  fields: {
    instrument: { type: 'ref', to: 'instrument', doc: 'Which instrument.' },
    priceTicks: { type: 'i64', doc: 'The outlier.' },
    markTicks: { type: 'i64', doc: 'The mark it was compared with; it stays.' },
  },
});

export const CurrencyPriceObserved = message({
  name: 'CurrencyPriceObserved',
  templateId: 42,
  version: 1,
  kind: 'input',
  doc: 'Price of one whole unit of a currency in whole units of the reference currency (id 1).',
  fields: {
    ...inputHead,
    currency: { type: 'ref', to: 'currency', doc: 'Which currency; not the reference.' },
    priceMicros: { type: 'i64', doc: 'Price x 10^6, at least 1.' },
  },
});

export const MarketStateSet = message({
  name: 'MarketStateSet',
  templateId: 43,
  version: 1,
  kind: 'input',
  doc: 'An operator halts or reopens a market.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'Which instrument.' },
    marketState: { type: 'enum', values: ['open', 'halted'], doc: 'The new state.' },
  },
});

export const MarketStateChanged = message({
  name: 'MarketStateChanged',
  templateId: 44,
  version: 1,
  kind: 'decision',
  doc: 'A market turned stale, open again, settling at its expiry, or expired.',
  fields: {
    instrument: { type: 'ref', to: 'instrument', doc: 'Which instrument.' },
    marketState: {
      type: 'enum',
      values: ['open', 'stale', 'halted', 'settling', 'expired'],
      doc: 'The new state; gates liquidation, calls, withdrawals and, at novation-on-ack venues, trades.',
    },
  },
});

export const SettlementPricePublished = message({
  name: 'SettlementPricePublished',
  templateId: 45,
  version: 1,
  kind: 'input',
  doc: 'Variation margin is settled at this price by a sweep; a final one settles the expiry.',
  fields: {
    ...inputHead,
    instrument: {
      type: 'ref',
      to: 'instrument',
      doc: 'Which instrument; not of equity premium unless final.',
    },
    priceTicks: {
      type: 'i64',
      doc: 'Settlement price; for an option at expiry the price of the underlying.',
    },
    final: { type: 'enum', values: ['daily', 'final'], doc: 'final: only when settling.' },
  },
});

export const FundingRatePublished = message({
  name: 'FundingRatePublished',
  templateId: 46,
  version: 1,
  kind: 'input',
  doc: 'Longs pay shorts rate x notional at the mark (a negative rate: shorts pay longs), by a sweep.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'A perpetual with an open market.' },
    ratePpb: { type: 'i64', doc: 'Rate in 10^-9, |rate| <= 10^8 (10 %).' },
  },
});

export const SettlementCycleClosed = message({
  name: 'SettlementCycleClosed',
  templateId: 47,
  version: 1,
  kind: 'input',
  doc: 'Nothing more belongs to the business date; the next one begins. No sweep may be running.',
  fields: {
    ...inputHead,
    closedDate: { type: 'date', doc: 'The business date that ends; the present one.' },
    nextDate: { type: 'date', doc: 'The business date that begins; later.' },
  },
});

export const SweepStarted = message({
  name: 'SweepStarted',
  templateId: 48,
  version: 1,
  kind: 'decision',
  doc: 'Work on many accounts, cut into slices. A trade on an account not yet reached settles it first.',
  fields: {
    sweepKind: {
      type: 'enum',
      values: ['variation', 'funding', 'expiry', 'margin', 'breach'],
      doc: 'variation, funding, expiry: over the accounts; margin: re-evaluate all; breach: drain.',
    },
    instrument: {
      type: 'ref',
      to: 'instrument',
      doc: 'Which instrument; none for margin and breach.',
    },
    priceTicks: { type: 'i64', doc: 'Effective price of the sweep.' },
    ratePpb: { type: 'i64', doc: 'Effective funding rate.' },
    accountCount: { type: 'u32', doc: 'Accounts (breach: breached accounts) that it goes over.' },
    setHash: { type: 'i64', doc: 'breach: 48-bit hash of the ordered account ids; 0 otherwise.' },
  },
});

export const SweepContinued = message({
  name: 'SweepContinued',
  templateId: 49,
  version: 1,
  kind: 'decision',
  doc: 'One slice: accounts (breach: places in the ordered set) from..to, `to` excluded.',
  fields: {
    sweepKind: {
      type: 'enum',
      values: ['variation', 'funding', 'expiry', 'margin', 'breach'],
      doc: 'As started.',
    },
    last: { type: 'enum', values: ['no', 'yes'], doc: 'yes: the sweep ends with this slice.' },
    from: { type: 'u32', doc: 'First account id or place.' },
    to: { type: 'u32', doc: 'One past the last.' },
    instrument: { type: 'ref', to: 'instrument', doc: 'As started.' },
    paidMinor: { type: 'i64', doc: 'Sum taken from accounts in this slice, settlement currency.' },
    collectedMinor: { type: 'i64', doc: 'Sum given to accounts in this slice.' },
    roundingMinor: {
      type: 'i64',
      doc: 'last: what goes to the rounding ledger; below 0 when an inverse sweep gives back earlier rounding.',
    },
  },
});
