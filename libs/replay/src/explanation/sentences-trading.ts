import { catalogue, type MessageNamed } from '#libs/events';
import { formatDecimal } from '#libs/units';
import type { Sentences } from './sentences.js';
import type { Wording } from './wording.js';

const { marketState } = catalogue.MarketStateChanged.fields;
const { sweepKind } = catalogue.SweepStarted.fields;

type Trade = Pick<
  MessageNamed<'TradeNovated'>,
  'buyer' | 'seller' | 'instrument' | 'priceTicks' | 'quantityLots' | 'liquidationOrder'
>;

function traded(m: Trade, w: Wording): string {
  const fill = m.liquidationOrder === 0 ? '' : ` (fills order ${String(m.liquidationOrder)})`;
  return (
    `${w.account(m.buyer)} buys ${w.lots(m.quantityLots)} of ${w.instrument(m.instrument)} from ` +
    `${w.account(m.seller)} at ${w.price(m.instrument, m.priceTicks)}${fill}`
  );
}

function over(sweep: { sweepKind: number; instrument: number }, w: Wording): string {
  const kind = sweepKind.values[sweep.sweepKind] ?? '';
  return sweep.instrument === 0 ? kind : `${kind} of ${w.instrument(sweep.instrument)}`;
}

export const tradingSentences: Sentences<
  | 'TradeNovated'
  | 'TradeRejected'
  | 'InputRejected'
  | 'InputIdentified'
  | 'TradeDetailsRecorded'
  | 'TradeBustRequested'
  | 'MarketStateSet'
  | 'MarketStateChanged'
  | 'SettlementPricePublished'
  | 'FundingRatePublished'
  | 'SweepStarted'
  | 'SweepContinued'
  | 'ValuationEpochOpened'
> = {
  TradeNovated: (m, w) =>
    `${traded(m, w)}; value ${w.settled(m.instrument, m.costMinor)}, fees ` +
    `${w.settled(m.instrument, m.buyerFeeMinor)} (buyer) and ` +
    `${w.settled(m.instrument, m.sellerFeeMinor)} (seller).`,
  TradeRejected: (m, w) => `Refused: ${traded(m, w)}. Reason ${w.reason(m.reason)}`,
  InputRejected: (m, w) => `An input is refused. Reason ${w.reason(m.reason)}`,
  InputIdentified: (m, w) =>
    `The input before it came from ${w.name('publisher', m.publisher)} under the id ${m.messageId}.`,
  TradeDetailsRecorded: (m) => `The venue says besides of trade ${String(m.trade)}: ${m.details}.`,
  TradeBustRequested: (m, w) =>
    `Trade ${String(m.tradeSequence)} (${w.lots(m.quantityLots)} of ${w.instrument(m.instrument)}, ` +
    `${w.account(m.buyer)} from ${w.account(m.seller)}) is undone.`,
  MarketStateSet: (m, w) =>
    `An operator sets the market of ${w.instrument(m.instrument)} to ` +
    `${m.marketState === 0 ? 'open' : 'halted'}.`,
  MarketStateChanged: (m, w) =>
    `The market of ${w.instrument(m.instrument)} is ${marketState.values[m.marketState] ?? ''}.`,
  SettlementPricePublished: (m, w) =>
    `${w.instrument(m.instrument)} settles (${m.final === 0 ? 'daily' : 'final'}) at ` +
    `${String(m.priceTicks)} ticks.`,
  FundingRatePublished: (m, w) =>
    `Funding of ${w.instrument(m.instrument)} at ${formatDecimal(m.ratePpb, 7)} %: ` +
    `${m.ratePpb >= 0 ? 'longs pay shorts' : 'shorts pay longs'}.`,
  SweepStarted: (m, w) => `A sweep (${over(m, w)}) over ${String(m.accountCount)} accounts starts.`,
  SweepContinued: (m, w) =>
    `The sweep (${over(m, w)}) handles ${String(m.from)} to ${String(m.to - 1)}` +
    (m.instrument === 0
      ? ''
      : `: ${w.settled(m.instrument, m.paidMinor)} taken, ` +
        `${w.settled(m.instrument, m.collectedMinor)} given`) +
    (m.last === 1 ? ', and ends.' : '.'),
  ValuationEpochOpened: (m) =>
    `Valuation epoch ${String(m.epoch)} begins: requirements are computed from the marks and volatilities of now.`,
};
