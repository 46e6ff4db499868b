import { type WeightedAccount, weightedHealthMicros } from '#libs/margin';
import { type Json, type JsonObject, isObject, listOf, objectOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { figureOf, micros, unitsOf, wholes } from '../units.js';

const DIGITS = 6;

/** Weighted health of coins, orders and a perpetual: `libs/margin`, weighted-health. */
export const mango: FileMapper = {
  initHealth: ({ inputs, document }) => {
    const account = accountOf(inputs, objectOf(document, 'conventions'));
    return { health: figureOf(weightedHealthMicros(account), DIGITS) };
  },
};

function accountOf(inputs: JsonObject, conventions: JsonObject): WeightedAccount {
  const terms = objectOf(conventions, 'tokens');
  const names = Object.keys(terms);
  const banks = inputs['banks'] === undefined ? [] : listOf(inputs, 'banks');
  const coins = names.map((name, place) => {
    const own = objectOf(terms, name);
    const bank = isObject(banks[place]) ? banks[place] : {};
    return {
      balanceMicros: micros(inputs, name),
      priceMicros: micros(own, 'price'),
      assetPpm: micros(own, 'assetWeight'),
      debtPpm: micros(own, 'liabWeight'),
      depositsMicros: micros(bank, 'deposits'),
      potentialMicros: micros(bank, 'potentialOrderTokens'),
      depositStartMicros: micros(bank, 'depositScaleStart'),
      borrowsMicros: micros(bank, 'borrows'),
      borrowStartMicros: micros(bank, 'borrowScaleStart'),
    };
  });
  return { coins, spotOrders: ordersOf(inputs), perpetuals: perpetualsOf(inputs, conventions) };
}

/** Orders named oo_QUOTE_BASE, with the coins that they hold back: quote, base. */
function ordersOf(inputs: JsonObject): WeightedAccount['spotOrders'] {
  return Object.keys(inputs).flatMap((key) => {
    const market = /^oo_(\d+)_(\d+)$/.exec(key);
    if (market === null) return [];
    const [, quote = '', base = ''] = market;
    const [reservedQuote = null, reservedBase = null] = listOf(inputs, key);
    return [
      {
        quote: Number(quote) - 1,
        base: Number(base) - 1,
        reservedQuoteMicros: unitsOf(reservedQuote, DIGITS, key),
        reservedBaseMicros: unitsOf(reservedBase, DIGITS, key),
        lowestAskMicros: micros(inputs, `lowestAsk_${quote}_${base}`),
        highestBidInverseMicros: micros(inputs, `highestBidInv_${quote}_${base}`),
      },
    ];
  });
}

function perpetualsOf(inputs: JsonObject, conventions: JsonObject): WeightedAccount['perpetuals'] {
  if (inputs['perp'] === undefined) return [];
  const terms = objectOf(conventions, 'perp');
  const [base, quote, bids, asks] = listOf(inputs, 'perp');
  const lotSize = wholes(terms, 'lotSize');
  const sized = (lots: Json | undefined): number => unitsOf(lots, DIGITS, 'perp') * lotSize;
  return [
    {
      settle: 0,
      baseMicros: sized(base),
      quoteMicros: unitsOf(quote, DIGITS, 'perp'),
      bidsMicros: sized(bids),
      asksMicros: sized(asks),
      priceMicros: micros(terms, 'price'),
      assetPpm: micros(terms, 'baseAssetWeight'),
      debtPpm: micros(terms, 'baseLiabWeight'),
      gainPpm: micros(terms, 'overallAssetWeightOnPositivePnl'),
    },
  ];
}
