import {
  compareLiquidations,
  deleverage,
  type DeleveragingPair,
  fillablePrice,
  insuranceDeltaMinor,
  isReduction,
  isSolvent,
  liquidationBounds,
  remainingMinor,
  type ScaledAccount,
  type ScaledPosition,
  sliceBankruptcyMinor,
} from '#libs/default-management';
import { scaledValueMinor } from '#libs/margin';
import { isObject, type Json, type JsonObject, listOf, objectOf, textOf } from '../json.js';
import type { FileMapper, GroupMapper } from '../mapper.js';
import { unitsIn, wholes } from '../units.js';
import type { Vector } from '../vector-file.js';
import { marketOf, QUOTE_DIGITS } from './dydx-perpetual.js';

const MICRO_DIGITS = 6;
const SIZE_DIGITS = 9;
const NOT_A_REDUCTION = 'ErrInvalidPerpetualPositionSizeDelta';

/** Liquidation and deleveraging of perpetuals: `libs/default-management`, venue-rules. */
export const dydxLiquidation: FileMapper = {
  bankruptcyPrice: (vector) => {
    const { account, position } = accountIn(vector, vector.inputs);
    const change = wholes(vector.inputs, 'deltaQuantums');
    if (position === undefined || !isReduction(position.size, change)) return NOT_A_REDUCTION;
    return sliceBankruptcyMinor(account, position, change);
  },
  fillablePrice: (vector) => {
    const { inputs } = vector;
    const { account, position } = accountIn(vector, inputs);
    const change = wholes(inputs, 'deltaQuantums');
    if (position === undefined || !isReduction(position.size, change)) return NOT_A_REDUCTION;
    const { numerator, denominator } = fillablePrice(account, position, {
      bankruptcyAdjustmentPpm: wholes(inputs, 'bankruptcyAdjustmentPpm'),
      spreadPpm: wholes(inputs, 'spreadToMaintenanceMarginRatioPpm'),
    });
    const inWholeUnits = 10 ** (-marketDigits(vector) - QUOTE_DIGITS);
    return {
      quoteQuantumsPerBaseQuantum: `${String(numerator)}/${String(denominator)}`,
      usdPrice: String((numerator * inWholeUnits) / denominator),
    };
  },
  insuranceFundDelta: (vector) => {
    const { inputs } = vector;
    const { account, position } = accountIn(vector, inputs);
    const fill = wholes(inputs, 'fillQuantums');
    const change = textOf(inputs, 'side') === 'SELL' ? -fill : fill;
    if (position === undefined || !isReduction(position.size, change)) return NOT_A_REDUCTION;
    const { perpetual } = position;
    const filledAt = {
      ...perpetual,
      price: unitsIn(inputs, 'usdFillPrice', MICRO_DIGITS),
      exponent: perpetual.exponent - MICRO_DIGITS,
    };
    const bankruptcy = sliceBankruptcyMinor(account, position, change);
    const quote = scaledValueMinor(filledAt, -change);
    return insuranceDeltaMinor(quote, bankruptcy, wholes(inputs, 'maxLiquidationFeePpm'));
  },
  insuranceFundSolvent: ({ inputs }) =>
    isSolvent(wholes(inputs, 'balance'), wholes(inputs, 'delta')),
  positionLiquidationBounds: ({ inputs, document }) => {
    const market = { ...firstMarket(document), price: wholes(inputs, 'price') };
    const notional = scaledValueMinor(market, wholes(inputs, 'positionQuantums'));
    const { minimumMinor, maximumMinor } = liquidationBounds(Math.abs(notional), {
      minimumMinor: wholes(inputs, 'minPositionNotionalLiquidated'),
      portionPpm: wholes(inputs, 'maxPositionPortionLiquidatedPpm'),
    });
    return { minNotional: minimumMinor, maxNotional: maximumMinor };
  },
  subaccountBlockLimits: ({ inputs }) => {
    if (inputs['sameperpetualAlreadyLiquidated'] === true) {
      return { error: 'ErrSubaccountHasLiquidatedPerpetual' };
    }
    const lost = Math.max(0, -wholes(inputs, 'previousInsuranceDelta'));
    const left = (limit: string, used: number): number | string =>
      remainingMinor(wholes(inputs, limit), used) ?? 'panic';
    return {
      maxNotional: left('maxNotionalLiquidated', wholes(inputs, 'previousNotionalLiquidated')),
      maxInsuranceLost: left('maxQuantumsInsuranceLost', lost),
    };
  },
  liquidationOrderSort: ({ inputs }) => {
    const orders = listOf(inputs, 'orders')
      .filter(isObject)
      .map((order) => ({
        id: textOf(order, 'id'),
        priceMinor: unitsIn(order, 'price', MICRO_DIGITS),
        oracleMinor: unitsIn(inputs, 'oraclePrice', MICRO_DIGITS),
        sizeMinor: unitsIn(order, 'btc', SIZE_DIGITS),
      }));
    return orders.sort(compareLiquidations).map(({ id }) => id);
  },
  adlPair: deleveraged,
  adlPairAtOracle: deleveraged,
};

function deleveraged(vector: Parameters<GroupMapper>[0]): Json {
  const { inputs } = vector;
  const terms = { perpetualId: inputs['perpetualId'] ?? null };
  const liquidated = accountIn(vector, { ...objectOf(inputs, 'liquidated'), ...terms });
  const offsetting = accountIn(vector, { ...objectOf(inputs, 'offsetting'), ...terms });
  const change = wholes(inputs, 'deltaQuantums');
  const pair: DeleveragingPair = {
    liquidated: liquidated.account,
    offsetting: offsetting.account,
    liquidatedPosition: liquidated.position,
    offsettingPosition: offsetting.position,
    change,
    isAtOracle: textOf(inputs, 'priceRule') === 'oracle',
  };
  const result = deleverage(pair);
  if (result.kind !== 'done') {
    const isRefused = result.kind === 'not-allowed';
    return { error: isRefused ? 'ErrFailedToUpdateSubaccounts' : NOT_A_REDUCTION };
  }
  return {
    liquidatedUsdc: result.liquidatedMinor,
    offsettingUsdc: result.offsettingMinor,
    liquidatedBtc: (liquidated.position?.size ?? 0) + change,
    offsettingBtc: (offsetting.position?.size ?? 0) - change,
  };
}

function accountIn(
  { document }: Vector,
  own: JsonObject,
): { account: ScaledAccount; position: ScaledPosition | undefined } {
  const markets = objectOf(document, 'markets');
  const held = objectOf(own, 'positions');
  const ids = Object.keys(held);
  const positions = ids.map((id) => ({
    perpetual: marketOf(objectOf(markets, id)),
    size: wholes(held, id),
  }));
  const account = { balanceMinor: wholes(own, 'usdcQuantums'), positions };
  return { account, position: positions[ids.indexOf(String(wholes(own, 'perpetualId')))] };
}

function firstMarket(document: JsonObject) {
  const markets = objectOf(document, 'markets');
  return marketOf(objectOf(markets, Object.keys(markets)[0] ?? ''));
}

/** Digits of a base unit of the market in question. */
function marketDigits({ inputs, document }: Vector): number {
  const id = String(wholes(inputs, 'perpetualId'));
  return wholes(objectOf(objectOf(document, 'markets'), id), 'atomicResolution');
}
