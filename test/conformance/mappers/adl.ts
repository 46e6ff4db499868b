import { deleveragingOrder, deleveragingScore } from '#libs/default-management';
import { isObject, listOf, numberOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { figureOf, micros, unitsIn } from '../units.js';

const DIGITS = 6;

/** Ranks of auto-deleveraging: `libs/default-management`, deleveraging-rank. */
export const adl: FileMapper = {
  // The place in the queue is among clients that are cases of their own: it is not computed.
  adlRank: ({ inputs }) => ({
    score: figureOf(
      deleveragingScore(unitsIn(inputs, 'pnlPercent', DIGITS - 2), micros(inputs, 'leverage')),
      DIGITS,
    ),
  }),
  adlQuintile: ({ inputs }) => {
    const winners = listOf(inputs, 'accounts')
      .filter(isObject)
      .map((own) => ({
        account: String(numberOf(own, 'account')),
        quantity: numberOf(own, 'quantity'),
        rank: numberOf(own, 'pnlRank'),
      }));
    const order = deleveragingOrder(winners);
    return {
      order: order.map(({ account }) => Number(account)),
      percentile: Object.fromEntries(order.map((own) => [own.account, own.percentile])),
    };
  },
};
