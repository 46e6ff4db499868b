import type { DetailFields } from '../schema.js';

const id = (doc: string) => ({ type: 'text', maxBytes: 64, doc }) as const;
const code = (maxBytes: number, doc: string) => ({ type: 'text', maxBytes, doc }) as const;

/** What a venue may say of each side. */
const side = {
  member: id('Clearing member as the venue names it (FIX party role 4).'),
  executingFirm: id('Executing firm (role 1).'),
  trader: id('Executing trader (role 12).'),
  client: id('Client of the firm (role 24).'),
  accountKind: { type: 'enum', values: ['customer', 'house'], doc: 'Kind of account (FIX 581).' },
  orderId: id("The venue's id of the order (FIX 37)."),
  clientOrderId: id("The client's id of the order (FIX 11)."),
  positionEffect: { type: 'enum', values: ['open', 'close', 'fifo'], doc: 'FIX 77.' },
  capacity: code(32, 'Capacity in which the firm acted (FIX 582).'),
  allocation: {
    type: 'enum',
    values: ['none', 'required', 'provided', 'give-up', 'claim'],
    doc: 'What becomes of the side after the trade (FIX 826).',
  },
  giveUpTo: id('Firm or account that the side is given up to (roles 14, 95 to 98).'),
} as const satisfies DetailFields;

/**
 * Optional fields of a trade report with a meaning of their own: checked by type and length where a
 * report comes as JSON, kept and echoed, never decided on. Other names are kept as they are. A name
 * may be added; what a log holds under it already is kept as it was.
 */
export const tradeDetails = {
  action: { type: 'enum', values: ['new'], doc: 'What is reported (FIX 487): a new trade.' },
  reportType: {
    type: 'enum',
    values: ['submit', 'accept', 'decline', 'locked-in', 'dispute'],
    doc: 'Kind of report (FIX 856).',
  },
  refersTo: id('Message that this one refers to (FIX 572).'),
  executionId: id('FIX 17.'),
  secondaryTradeId: id('FIX 1040.'),
  originalTradeId: id('FIX 1126.'),
  originalTradeDate: { type: 'date', doc: 'FIX 1125.' },
  tradeIdText: id("The venue's id of the trade where it is no number (FIX 1003)."),
  matchIdText: id("The venue's id of the match where it is no number (FIX 880)."),
  legOf: id('Multi-leg trade that this is a leg of.'),
  multiLegType: code(32, 'FIX 442.'),
  segment: code(32, 'Market segment (FIX 1300).'),
  venueType: code(32, 'FIX 1430.'),
  symbol: id("The venue's symbol (FIX 55)."),
  cfi: code(6, 'ISO 10962 (FIX 461).'),
  isin: code(12, 'ISO 6166.'),
  upi: code(12, 'ISO 4914.'),
  priceType: code(32, 'FIX 423.'),
  currency: code(16, 'Currency of the price (FIX 15).'),
  settlementCurrency: code(16, 'FIX 120.'),
  submittedAt: { type: 'time', doc: 'When the venue sent it (FIX 769, type 7).' },
  uti: code(52, "ISO 23897 id of the venue's trade (FIX 1903); the previous one of both legs."),
  utiIssuer: code(20, 'LEI of who gave the UTI (FIX 1905).'),
  buySide: { type: 'object', fields: side, doc: 'Of the buy side.' },
  sellSide: { type: 'object', fields: side, doc: 'Of the sell side: as `buySide`.' },
} as const satisfies DetailFields;
