import {
  ceilQuotient,
  type Decimal,
  floorQuotient,
  greatest,
  least,
  MILLION,
  ONE,
  ppmUp,
  ZERO,
} from './decimal-arithmetic.js';
import { notionalOf, valueOf } from './contract-value.js';
import type { Side } from './enumerations.js';
import {
  assetIn,
  debtIn,
  type HeldPosition,
  type MarginFigures,
  requirementOf,
} from './margin-figures.js';
import { rowOf, type TwinState } from './twin-state.js';

export const ORDERS_PER_PLAN = 16;

export interface ExpectedOrder {
  readonly account: number;
  readonly instrument: number;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly limit: Decimal;
  readonly equityAfter: Decimal;
  readonly maintenanceAfter: Decimal;
}

export interface Step {
  readonly equity: Decimal;
  readonly maintenance: Decimal;
}

/** The plan of docs/rules.md 8 until logic version 3; `toFlat` closes every position whatever the target. */
export function planOf(state: TwinState, figures: MarginFigures, toFlat: boolean): ExpectedOrder[] {
  const walked = walkOrder(state, figures)
    .filter((position) => certainLots(figures, position).gt(ZERO))
    .slice(0, ORDERS_PER_PLAN);
  const orders: ExpectedOrder[] = [];
  let before: Step = { equity: figures.equity, maintenance: figures.maintenance };
  for (const position of walked) {
    const after = (quantity: Decimal): Step =>
      stepAfter(state, figures, position, quantity, before);
    const isEnough = (quantity: Decimal): boolean => {
      const { equity, maintenance } = after(quantity);
      return equity.gte(ppmUp(maintenance, figures.rulebook.targetPpm));
    };
    const size = certainLots(figures, position);
    const reached = !toFlat && isEnough(size);
    const quantity = reached ? fewest(size, isEnough) : size;
    before = after(quantity);
    orders.push({
      account: position.account,
      instrument: position.instrument,
      side: position.lots.gt(ZERO) ? 'sell' : 'buy',
      quantity,
      limit: limitOf(state, figures, position),
      equityAfter: before.equity,
      maintenanceAfter: before.maintenance,
    });
    if (reached) break;
  }
  return orders;
}

/** Lots of a position that its own open orders cannot reduce. */
export function certainLots({ orders }: MarginFigures, position: HeldPosition): Decimal {
  const { account, instrument, lots } = position;
  const own = orders.find((row) => row.account === account && row.instrument === instrument);
  if (own === undefined) return lots.abs();
  return greatest(ZERO, lots.gt(ZERO) ? lots.sub(own.sell) : lots.neg().sub(own.buy));
}

/** By maintenance in the base currency descending, instrument, account. */
function walkOrder(state: TwinState, figures: MarginFigures): HeldPosition[] {
  const weighed = figures.open.map((position) => ({
    position,
    weight: maintenanceOf(state, figures, position, position.lots),
  }));
  weighed.sort(
    (a, b) =>
      b.weight.cmp(a.weight) ||
      a.position.instrument - b.position.instrument ||
      a.position.account - b.position.account,
  );
  return weighed.map(({ position }) => position);
}

/** Maintenance requirement of a position if it had these lots, base currency. */
function maintenanceOf(
  state: TwinState,
  { rulebook, base }: MarginFigures,
  { instrument: id }: HeldPosition,
  lots: Decimal,
): Decimal {
  if (lots.isZero()) return ZERO;
  const instrument = rowOf(state.instruments, id);
  const { maintenance } = requirementOf(state, instrument, lots, rulebook);
  return debtIn(state, instrument.currency, base, maintenance);
}

/** Bisection between a quantity that is too little and one that is enough. */
function fewest(size: Decimal, isEnough: (quantity: Decimal) => boolean): Decimal {
  let tooFew = ZERO;
  let enough = size;
  while (enough.sub(tooFew).gt(ONE)) {
    const middle = tooFew.add(enough).div(2).floor();
    if (isEnough(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

export function limitOf(
  state: TwinState,
  { rulebook }: MarginFigures,
  position: HeldPosition,
): Decimal {
  const { mark, maxPrice } = rowOf(state.instruments, position.instrument);
  if (mark === undefined) throw new Error('a position needs a mark');
  return position.lots.gt(ZERO)
    ? greatest(ONE, floorQuotient(mark.mul(1_000_000 - rulebook.slippagePpm), MILLION))
    : least(maxPrice, ceilQuotient(mark.mul(1_000_000 + rulebook.slippagePpm), MILLION));
}

export function stepAfter(
  state: TwinState,
  figures: MarginFigures,
  position: HeldPosition,
  quantity: Decimal,
  before: Step,
): Step {
  const instrument = rowOf(state.instruments, position.instrument);
  const { mark, currency } = instrument;
  if (mark === undefined) throw new Error('a position needs a mark');
  const limit = limitOf(state, figures, position);
  const { lots } = position;
  const rest = lots.gt(ZERO) ? lots.sub(quantity) : lots.add(quantity);
  const fee = ppmUp(notionalOf(instrument, quantity, limit), figures.rulebook.liquidationFeePpm);
  const change = valueOf(instrument, rest, mark)
    .sub(valueOf(instrument, lots, mark))
    .add(valueOf(instrument, lots.sub(rest), limit))
    .sub(fee);
  const inBase = change.lt(ZERO)
    ? debtIn(state, currency, figures.base, change.neg()).neg()
    : assetIn(state, currency, figures.base, change);
  return {
    equity: before.equity.add(inBase),
    maintenance: before.maintenance
      .sub(maintenanceOf(state, figures, position, lots))
      .add(maintenanceOf(state, figures, position, rest)),
  };
}
