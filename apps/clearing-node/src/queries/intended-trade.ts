import { explainReason } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import { I } from '#libs/market';
import type { IntendedTrade } from '#libs/replay';
import { lots, priceTicks } from '#libs/units';
import { badRequest, Problem, unknownName } from '../http/problem.js';
import type { QueryParameters } from './query-parameters.js';

/** The trade that a query asks about; at the mark unless it names a price. */
export function intendedTrade(
  { instruments, names }: HouseState,
  account: number,
  parameters: QueryParameters,
): IntendedTrade {
  const name = parameters.text('instrument');
  if (name === undefined) throw badRequest('instrument', '', 'must be given');
  const instrument = names.idOf('instrument', name);
  if (instrument === undefined) throw unknownName('instrument', name, 'is not listed');
  const side = parameters.text('side');
  if (side !== 'buy' && side !== 'sell') throw badRequest('side', side ?? '', 'is buy or sell');
  const price = parameters.count('priceTicks');
  return {
    account,
    instrument,
    isBuy: side === 'buy',
    quantityLots: lots(parameters.count('quantityLots')),
    priceTicks: price === 0 ? instruments.get(instrument, I.markTicks) : priceTicks(price),
  };
}

/** Why a trade cannot be margined: the reason for which it would be refused. */
export function unmarginable(reason: number): Problem {
  const { rule, ...explained } = explainReason(reason);
  return new Problem(422, 'rejected', `The trade would be refused: ${rule}`, {
    ...explained,
    rule,
  });
}
