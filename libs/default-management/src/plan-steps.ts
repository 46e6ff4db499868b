import {
  amountMinor,
  type AmountMinor,
  greater,
  invariant,
  lesser,
  type Lots,
  lots as wholeLots,
  minus,
  multiplyDivideCeil,
  multiplyDivideFloor,
  plus,
  ppmCeil,
  priceTicks,
  type PriceTicks,
  sizeOf,
  ZERO,
} from '#libs/units';
import { I, notionalMinor, valueMinor } from '#libs/market';
import {
  convertDebt,
  convertSigned,
  levelMinor,
  type MarginFigures,
  type Market,
  type Portfolio,
  positionRequirement,
  type RequirementModel,
  type Rulebook,
} from '#libs/margin';
import { BUY, SELL } from './orders.js';

const ONE_LOT = wholeLots(1);
/** Most orders that one plan issues. */
export const ORDERS_PER_PLAN = 16;

export interface PlannedOrder {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantityLots: Lots;
  readonly limitPriceTicks: PriceTicks;
  /** Figures of the unit if this order and those before it fill at their limits. */
  readonly equityAfterMinor: AmountMinor;
  readonly maintenanceAfterMinor: AmountMinor;
}

/** What a plan is made from; `portfolio` and `figures` come from one evaluation. */
export interface PlanInput {
  readonly portfolio: Portfolio;
  readonly figures: MarginFigures;
  readonly market: Market;
  readonly rulebook: Rulebook;
  readonly baseCurrency: number;
  /** Close out everything, whatever the target. */
  readonly toFlat: boolean;
  /** Prices within which a limit of position `k` stays; without it, the slippage alone. */
  readonly bandTicks?: (k: number) => PriceBand | undefined;
  /** How the requirement of a whole portfolio is found, where it is no sum over positions. */
  readonly whole?: WholeRequirement;
  /** The requirement as a function of the lots: what a plan at least cost is made with. */
  requirement(): RequirementModel;
  /** Most lots of position `k` that may be ordered now, by depth and pace; without it, all that is certain. */
  readonly executableLots?: (k: number) => Lots;
}

/** A requirement of the portfolio as it stands; plans change its lots to try, and change them back. */
export interface WholeRequirement {
  maintenanceMinor(): AmountMinor;
  /** Fills in what each position adds to it; a hedge takes off. */
  fillShares(): unknown;
}

/** Lowest and highest price, inclusive. */
export interface PriceBand {
  readonly lowTicks: PriceTicks;
  readonly highTicks: PriceTicks;
}

/** Figures of a unit on the way through a plan. */
export interface Step {
  equity: AmountMinor;
  maintenance: AmountMinor;
}

/** The order that reduces position `k`: the fewest of `size` lots that restore the target, or all of them. */
export function reducePosition(
  input: PlanInput,
  k: number,
  size: Lots,
  before: Step,
): { readonly order: PlannedOrder; readonly after: Step; readonly reached: boolean } {
  const all = stepAfter(input, k, size, before);
  const reached = !input.toFlat && isAtTarget(input, all);
  const quantity = reached ? fewestLots(input, k, size, before) : size;
  const after = reached ? stepAfter(input, k, quantity, before) : all;
  const order = plannedOrder(input, k, quantity, after);
  assertSound(input, k, order);
  if (reached) assertFewest(input, k, quantity, before);
  return { order, after, reached };
}

/**
 * What each order must be, asserted where it is made: no more than is certain to be held, at a limit
 * on the right side of the mark.
 */
export function assertSound(input: PlanInput, k: number, order: PlannedOrder): void {
  const { portfolio, market } = input;
  const { instrument, side, quantityLots, limitPriceTicks } = order;
  const held = portfolio.lots[k] ?? 0;
  const mark = market.instruments.get(instrument, I.markTicks);
  invariant(side === (held > 0 ? SELL : BUY), 'an order reduces its position');
  invariant(quantityLots >= 1, 'an order has lots');
  invariant(
    quantityLots <= reducibleLots(input, k),
    'no more is sold than is certain to be held and executable',
  );
  invariant(limitPriceTicks >= 1, 'a limit price is above 0');
  invariant(
    limitPriceTicks <= market.instruments.get(instrument, I.maxPriceTicks),
    'a limit price is one that trades',
  );
  invariant(
    side === SELL ? limitPriceTicks <= mark : limitPriceTicks >= mark,
    'a limit price gives way to the market',
  );
}

/** The property that makes a liquidation partial: one lot fewer would not have done. */
function assertFewest(input: PlanInput, k: number, quantity: Lots, before: Step): void {
  invariant(isAtTarget(input, stepAfter(input, k, quantity, before)), 'the last order is enough');
  const oneFewer = stepAfter(input, k, minus(quantity, ONE_LOT), before);
  invariant(!isAtTarget(input, oneFewer), 'one lot fewer does not restore the target');
}

/**
 * Lots of position `k` that are certain to be there when the order arrives: those that its own open
 * orders could reduce may be gone by then, and must not be sold or bought a second time.
 */
export function certainLots(portfolio: Portfolio, k: number): Lots {
  const held: Lots = portfolio.lots[k] ?? ZERO;
  const orders = portfolio.ordersOf(portfolio.accounts[k] ?? 0, portfolio.instruments[k] ?? 0);
  if (orders === undefined) return sizeOf(held);
  return greater<Lots>(ZERO, minus(sizeOf(held), held > 0 ? orders.sellLots : orders.buyLots));
}

/** Lots of position `k` that an order may be for: certain to be held, and executable now. */
export function reducibleLots({ portfolio, executableLots }: PlanInput, k: number): Lots {
  const certain = certainLots(portfolio, k);
  if (executableLots === undefined) return certain;
  const executable = executableLots(k);
  invariant(executable >= 0, 'no less than nothing can be ordered');
  return lesser(certain, executable);
}

export function isAtTarget({ rulebook }: PlanInput, { equity, maintenance }: Step): boolean {
  return equity >= levelMinor(maintenance, rulebook.source.targetPpm);
}

/** Bisection: the result reaches the target, one lot fewer does not. `size` lots reach it. */
function fewestLots(input: PlanInput, k: number, size: Lots, before: Step): Lots {
  let misses: Lots = ZERO;
  let reaches = size;
  invariant(size >= 1, 'a position that is reduced has lots');
  while (reaches - misses > 1) {
    const middle = wholeLots(Math.floor((misses + reaches) / 2));
    if (isAtTarget(input, stepAfter(input, k, middle, before))) reaches = middle;
    else misses = middle;
  }
  return reaches;
}

/** What reducing position `k` by `quantity` at its limit price does to equity, base currency: 0 or less. */
export function equityChange(input: PlanInput, k: number, quantity: Lots): AmountMinor {
  const { portfolio, market, rulebook, baseCurrency } = input;
  const { instruments, currencies } = market;
  const id = portfolio.instruments[k] ?? 0;
  const lots: Lots = portfolio.lots[k] ?? ZERO;
  invariant(quantity <= sizeOf(lots), 'no more is taken than is held');
  const rest = restAfter(lots, quantity);
  const mark = instruments.get(id, I.markTicks);
  const price = limitPriceTicks(input, k);
  const fee = ppmCeil(
    notionalMinor(instruments, id, quantity, price),
    rulebook.source.liquidationFeePpm,
  );
  const gain = amountMinor(
    valueMinor(instruments, id, rest, mark) -
      valueMinor(instruments, id, lots, mark) +
      valueMinor(instruments, id, minus(lots, rest), price) -
      fee,
  );
  invariant(gain <= 0, 'an order at its limit does not raise equity');
  const currency = instruments.get(id, I.currency);
  return convertSigned(currencies, currency, baseCurrency, gain);
}

/** Signed lots that are left of a position. */
function restAfter(lots: Lots, quantity: Lots): Lots {
  return lots > 0 ? minus(lots, quantity) : plus(lots, quantity);
}

/** Equity and maintenance of the unit after reducing position `k` by `quantity` at its limit price. */
function stepAfter(input: PlanInput, k: number, quantity: Lots, before: Step): Step {
  const { portfolio, market, rulebook, baseCurrency } = input;
  const { instruments, currencies } = market;
  const id = portfolio.instruments[k] ?? 0;
  const rest = restAfter(portfolio.lots[k] ?? ZERO, quantity);
  const currency = instruments.get(id, I.currency);
  const equity = plus(before.equity, equityChange(input, k, quantity));
  if (input.whole !== undefined) {
    return { equity, maintenance: wholeAfter(portfolio, input.whole, k, rest) };
  }
  const requirement: AmountMinor =
    rest === 0 ? ZERO : positionRequirement(instruments, id, rest, rulebook, 'maintenance');
  return {
    equity,
    maintenance: plus(
      minus(before.maintenance, portfolio.maintenance[k] ?? ZERO),
      convertDebt(currencies, currency, baseCurrency, requirement),
    ),
  };
}

/** Requirement of the whole portfolio with `rest` lots in position `k`. */
function wholeAfter(portfolio: Portfolio, whole: WholeRequirement, k: number, rest: Lots) {
  const held: Lots = portfolio.lots[k] ?? ZERO;
  portfolio.lots[k] = rest;
  const maintenance = whole.maintenanceMinor();
  portfolio.lots[k] = held;
  invariant(maintenance >= 0, 'a requirement is 0 or more');
  return maintenance;
}

/**
 * Worst price of an order: the mark less (plus) the rulebook's slippage, within 1..maxPriceTicks and the
 * band of the execution terms, which holds the mark where anything is executable.
 */
function limitPriceTicks(input: PlanInput, k: number): PriceTicks {
  const { portfolio, market } = input;
  const unbound = slippedTicks(input, k);
  const band = input.bandTicks?.(k);
  if (band === undefined) return unbound;
  const mark = market.instruments.get(portfolio.instruments[k] ?? 0, I.markTicks);
  return (portfolio.lots[k] ?? 0) > 0
    ? greater(unbound, lesser(mark, band.lowTicks))
    : lesser(unbound, greater(mark, band.highTicks));
}

function slippedTicks({ portfolio, market, rulebook }: PlanInput, k: number): PriceTicks {
  const { instruments } = market;
  const id = portfolio.instruments[k] ?? 0;
  const mark = instruments.get(id, I.markTicks);
  const { slippagePpm } = rulebook.source;
  if ((portfolio.lots[k] ?? 0) > 0) {
    const kept = Math.max(0, 1_000_000 - slippagePpm);
    return priceTicks(Math.max(1, multiplyDivideFloor(mark, kept, 1_000_000)));
  }
  const worst = multiplyDivideCeil(mark, 1_000_000 + slippagePpm, 1_000_000);
  return lesser(instruments.get(id, I.maxPriceTicks), priceTicks(worst));
}

export function plannedOrder(
  input: PlanInput,
  k: number,
  quantityLots: Lots,
  after: Step,
): PlannedOrder {
  return {
    account: input.portfolio.accounts[k] ?? 0,
    instrument: input.portfolio.instruments[k] ?? 0,
    side: (input.portfolio.lots[k] ?? 0) > 0 ? SELL : BUY,
    quantityLots,
    limitPriceTicks: limitPriceTicks(input, k),
    equityAfterMinor: after.equity,
    maintenanceAfterMinor: after.maintenance,
  };
}
