import {
  type AmountMinor,
  amountMinor,
  greater,
  lesser,
  type Lots,
  lots as wholeLots,
  minus,
  multiplyDivideCeil,
  multiplyDivideFloor,
  plus,
  ppmCeil,
  type PriceTicks,
  priceTicks,
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
  type Rulebook,
} from '#libs/margin';
import { BUY, SELL } from './orders.js';

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
}

interface Step {
  equity: AmountMinor;
  maintenance: AmountMinor;
}

/**
 * The partial liquidation plan (docs/rules.md 8): walk the positions by requirement, take of each the
 * fewest lots that restore the target at the limit price and fee, or all that is certain of it and
 * go on. One lot fewer does not restore the target.
 */
export function planLiquidation(input: PlanInput): PlannedOrder[] {
  const { figures } = input;
  const orders: PlannedOrder[] = [];
  let before: Step = { equity: figures.equityMinor, maintenance: figures.maintenanceMinor };
  for (const k of walkOrder(input.portfolio)) {
    if (orders.length === ORDERS_PER_PLAN) break;
    const size = certainLots(input.portfolio, k);
    if (size === 0) continue;
    const all = stepAfter(input, k, size, before);
    const reached = !input.toFlat && isAtTarget(input, all);
    const quantity = reached ? fewestLots(input, k, size, before) : size;
    const after = reached ? stepAfter(input, k, quantity, before) : all;
    orders.push(plannedOrder(input, k, quantity, after));
    before = after;
    if (reached) break;
  }
  return orders;
}

/**
 * Lots of position `k` that are certain to be there when the order arrives: those that its own open
 * orders could reduce may be gone by then, and must not be sold or bought a second time.
 */
function certainLots(portfolio: Portfolio, k: number): Lots {
  const held: Lots = portfolio.lots[k] ?? ZERO;
  const orders = portfolio.ordersOf(portfolio.accounts[k] ?? 0, portfolio.instruments[k] ?? 0);
  if (orders === undefined) return sizeOf(held);
  return greater<Lots>(ZERO, minus(sizeOf(held), held > 0 ? orders.sellLots : orders.buyLots));
}

/** Positions by maintenance requirement descending, instrument id, account id. */
function walkOrder(portfolio: Portfolio): number[] {
  const { maintenance, instruments, accounts, lots } = portfolio;
  const places: number[] = [];
  for (let k = 0; k < portfolio.count; k++) if (lots[k] !== 0) places.push(k);
  return places.sort(
    (a, b) =>
      (maintenance[b] ?? 0) - (maintenance[a] ?? 0) ||
      (instruments[a] ?? 0) - (instruments[b] ?? 0) ||
      (accounts[a] ?? 0) - (accounts[b] ?? 0),
  );
}

function isAtTarget({ rulebook }: PlanInput, { equity, maintenance }: Step): boolean {
  return equity >= levelMinor(maintenance, rulebook.source.targetPpm);
}

/** Bisection: the result reaches the target, one lot fewer does not. `size` lots reach it. */
function fewestLots(input: PlanInput, k: number, size: Lots, before: Step): Lots {
  let misses: Lots = ZERO;
  let reaches = size;
  while (reaches - misses > 1) {
    const middle = wholeLots(Math.floor((misses + reaches) / 2));
    if (isAtTarget(input, stepAfter(input, k, middle, before))) reaches = middle;
    else misses = middle;
  }
  return reaches;
}

/** Equity and maintenance of the unit after reducing position `k` by `quantity` at its limit price. */
function stepAfter(input: PlanInput, k: number, quantity: Lots, before: Step): Step {
  const { portfolio, market, rulebook, baseCurrency } = input;
  const { instruments, currencies } = market;
  const id = portfolio.instruments[k] ?? 0;
  const lots: Lots = portfolio.lots[k] ?? ZERO;
  const rest = lots > 0 ? minus(lots, quantity) : plus(lots, quantity);
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
  const currency = instruments.get(id, I.currency);
  const requirement: AmountMinor =
    rest === 0 ? ZERO : positionRequirement(instruments, id, rest, rulebook, false);
  return {
    equity: plus(before.equity, convertSigned(currencies, currency, baseCurrency, gain)),
    maintenance: plus(
      minus(before.maintenance, portfolio.maintenance[k] ?? ZERO),
      convertDebt(currencies, currency, baseCurrency, requirement),
    ),
  };
}

/** Worst price of an order: the mark less (plus) the rulebook's slippage, within 1..maxPriceTicks. */
function limitPriceTicks({ portfolio, market, rulebook }: PlanInput, k: number): PriceTicks {
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

function plannedOrder(input: PlanInput, k: number, quantityLots: Lots, after: Step): PlannedOrder {
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
