/*
 * How a pool carries out its liquidations (docs/rules.md 8b): pacing, throttles, breakers, take-over,
 * deleveraging, lost hedges. A group of at most one entry, so that a rulebook that asks for none of
 * them holds nothing of it. Every default switches its rule off.
 */

const share = <const D extends string>(doc: D) => ({ type: 'u32', default: 0, doc }) as const;
const span = <const D extends string>(doc: D) => ({ type: 'i64', default: 0, doc }) as const;

export const executionTerms = {
  type: 'group',
  maxItems: 1,
  since: 5,
  doc: 'How liquidations are carried out: one entry, or none for orders without any of these rules.',
  fields: {
    trancheDelayUs: span('Log time between two plans of one account; 0: none.'),
    openInterestSharePpm: share('An order takes at most this of the open interest; 0: no limit.'),
    depthSharePpm: share('An order takes at most this of the depth last observed; 0: no limit.'),
    depthMaxAgeUs: span(
      'Depth and index that were observed longer ago do not count; 0: all count.',
    ),
    windowUs: span('Length of a window of participation; 0: none.'),
    windowSharePpm: share(
      'In a window all liquidations of the pool together order at most this of the open interest.',
    ),
    indexGapPpm: share(
      'With a mark further than this from the index nothing is ordered; 0: never.',
    ),
    priceBandPpm: share('No limit price is further than this from the index; 0: no band.'),
    haltMovePpm: share('A mark that moves by more in haltWindowUs halts its market; 0: never.'),
    haltWindowUs: span('Log time over which a move is measured.'),
    haltUs: span('Log time after which a halted market opens again.'),
    deleverages: {
      type: 'u8',
      default: 0,
      doc: '1: what the liquidation fund cannot bear is deleveraged; for exchange pools.',
    },
    deleverageAttempts: {
      type: 'u32',
      default: 0,
      doc: 'Orders that must have ended unfilled, or filled in part, before that.',
    },
    backstop: {
      type: 'ref',
      to: 'account',
      default: 0,
      doc: 'Account of the pool that takes over portfolios; none: nobody does.',
    },
    backstopAttempts: {
      type: 'u32',
      default: 0,
      doc: 'It takes over after so many orders that ended unfilled or filled in part; 0: never for that.',
    },
    backstopBelowPpm: share('It takes over at once below maintenance x this; 0: never for that.'),
    backstopCostPpm: share('What the account pays it, of the notional, as far as equity goes.'),
    backstopLimitMinor: {
      type: 'i64',
      default: 0,
      doc: 'Most notional that it holds after a take-over, base currency; 0: no limit.',
    },
    hedgeGraceUs: span(
      'Time given to an account that lost a hedge, before it is liquidated for it.',
    ),
    hedgeGraceFloorPpm: share('Below maintenance x this it is given no time.'),
  },
} as const;
