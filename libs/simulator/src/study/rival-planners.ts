import {
  BUY,
  type PlanInput,
  type PlannedOrder,
  type Planner,
  SELL,
} from '#libs/default-management';
import { levelMinor, positionRequirement } from '#libs/margin';
import { I, notionalMinor, valueMinor } from '#libs/market';
import {
  amountMinor,
  greater,
  invariant,
  lesser,
  lots as wholeLots,
  type Lots,
  minus,
  negated,
  ppmCeil,
  priceTicks,
  sizeOf,
  ZERO,
} from '#libs/units';

/** A market order takes whatever is there, up to a third away from the mark. */
const MARKET_PPM = 333_000;
const PPM = 1_000_000;
/** First tranche of the policy that sells a fifth and waits. */
const FIFTH_PPM = 200_000;

/** Closes all positions at market, at once. */
export const closeAll: Planner = (input) => slices(input, PPM, MARKET_PPM);

/**
 * The smallest equal share of every position that restores the target at our own limits and fee: hedges
 * keep their proportion (Derive's auctions sell such a slice).
 */
export const proRataSlice: Planner = (input) => {
  const { slippagePpm } = input.rulebook.source;
  let misses = 0;
  let reaches = PPM;
  while (reaches - misses > 1) {
    const middle = Math.floor((misses + reaches) / 2);
    if (isRestored(input, slices(input, middle, slippagePpm))) reaches = middle;
    else misses = middle;
  }
  return slices(input, reaches, slippagePpm);
};

/**
 * A fifth of every position at market; who is still below the target after the wait is closed out whole
 * (Hyperliquid, of positions above 100,000 USD). Waiting is the venue's part.
 */
export class FifthThenRest {
  /** Plans made for an account in its present liquidation. */
  private readonly plans = new Map<number, number>();

  readonly plan: Planner = (input) => {
    const account = input.portfolio.accounts[0] ?? 0;
    const before = this.plans.get(account) ?? 0;
    this.plans.set(account, before + 1);
    return slices(input, before === 0 ? FIFTH_PPM : PPM, MARKET_PPM);
  };

  /** Whether the orders under way are the first fifth. */
  isWaiting(account: number): boolean {
    return this.plans.get(account) === 1;
  }

  /** A liquidation is over: the next one begins with a fifth again. */
  forget(account: number): void {
    this.plans.delete(account);
  }
}

/** Orders for a share of every position, rounded up to whole lots, with the figures after each. */
function slices(input: PlanInput, sharePpm: number, limitPpm: number): PlannedOrder[] {
  const { portfolio, market, figures } = input;
  const orders: PlannedOrder[] = [];
  const held = portfolio.lots.slice(0, portfolio.count);
  let equity = figures.equityMinor;
  for (let k = 0; k < portfolio.count; k++) {
    const lots: Lots = portfolio.lots[k] ?? ZERO;
    if (lots === 0) continue;
    const instrument = portfolio.instruments[k] ?? 0;
    const quantityLots = wholeLots(Math.max(1, Math.ceil((sizeOf(lots) * sharePpm) / PPM)));
    const mark = market.instruments.get(instrument, I.markTicks);
    const away = Math.ceil((mark * limitPpm) / PPM);
    const most = market.instruments.get(instrument, I.maxPriceTicks);
    const limitPriceTicks =
      lots > 0
        ? greater(priceTicks(1), priceTicks(mark - away))
        : lesser(most, priceTicks(mark + away));
    const rest = lots > 0 ? minus(lots, quantityLots) : negated(minus(sizeOf(lots), quantityLots));
    const notional = notionalMinor(market.instruments, instrument, quantityLots, limitPriceTicks);
    const gain =
      valueMinor(market.instruments, instrument, rest, mark) -
      valueMinor(market.instruments, instrument, lots, mark) +
      valueMinor(market.instruments, instrument, minus(lots, rest), limitPriceTicks) -
      ppmCeil(notional, input.rulebook.source.liquidationFeePpm);
    equity = amountMinor(equity + gain);
    portfolio.lots[k] = rest;
    orders.push({
      account: portfolio.accounts[k] ?? 0,
      instrument,
      side: lots > 0 ? SELL : BUY,
      quantityLots,
      limitPriceTicks,
      equityAfterMinor: equity,
      maintenanceAfterMinor: maintenanceOf(input),
    });
  }
  portfolio.lots.set(held);
  return orders;
}

/** Requirement of the portfolio as its lots stand now. */
function maintenanceOf({
  portfolio,
  market,
  rulebook,
  whole,
}: PlanInput): PlannedOrder['maintenanceAfterMinor'] {
  if (whole !== undefined) return whole.maintenanceMinor();
  let sum = 0;
  for (let k = 0; k < portfolio.count; k++) {
    const lots: Lots = portfolio.lots[k] ?? ZERO;
    if (lots === 0) continue;
    const instrument = portfolio.instruments[k] ?? 0;
    sum += positionRequirement(market.instruments, instrument, lots, rulebook, 'maintenance');
  }
  return amountMinor(sum);
}

function isRestored({ rulebook }: PlanInput, orders: readonly PlannedOrder[]): boolean {
  const last = orders.at(-1);
  invariant(last !== undefined, 'a slice of a portfolio has orders');
  return last.equityAfterMinor >= levelMinor(last.maintenanceAfterMinor, rulebook.source.targetPpm);
}
