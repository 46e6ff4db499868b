import { catalogue } from '#libs/events';
import type { Sentences } from './sentences.js';
import type { Wording } from './wording.js';

const { limit } = catalogue.CreditLimitSet.fields;

interface OpenLots {
  readonly instrument: number;
  readonly buyLots: number;
  readonly sellLots: number;
}

function orders({ instrument, buyLots, sellLots }: OpenLots, w: Wording): string {
  return `${w.lots(buyLots)} to buy and ${w.lots(sellLots)} to sell of ${w.instrument(instrument)}`;
}

export const venueSentences: Sentences<
  | 'OpenOrderExposureReported'
  | 'OrderCancellationRequested'
  | 'OrderCancellationAnswered'
  | 'OrderCancellationUnresolved'
  | 'CreditLimitSet'
> = {
  OpenOrderExposureReported: (m, w) =>
    `${w.account(m.account)} has open orders at ${w.name('venue', m.venue)}: ${orders(m, w)}.`,
  OrderCancellationRequested: (m, w) =>
    `${w.name('venue', m.venue)} must cancel every order of ${w.account(m.account)} by ` +
    `${w.time(m.deadline)} (cancellation ${String(m.cancellation)}); the liquidation waits.`,
  OrderCancellationAnswered: (m, w) =>
    `${w.name('venue', m.venue)} cancelled the orders of ${w.account(m.account)}; ` +
    (m.left.length === 0
      ? 'none is left.'
      : `left: ${m.left.map((left) => orders(left, w)).join('; ')}.`),
  OrderCancellationUnresolved: (m, w) =>
    `${w.name('venue', m.venue)} did not answer cancellation ${String(m.cancellation)} in time; ` +
    `it is unknown for ${w.account(m.account)}, whose orders may still fill.`,
  CreditLimitSet: (m, w) =>
    `Venues are told that ${w.account(m.account)} is ${limit.values[m.limit] ?? ''}.`,
};
