import {
  ceilQuotient,
  decimal,
  Decimal,
  floorQuotient,
  greatest,
  least,
  MILLION,
  ppmDown,
  ppmUp,
  whole,
  ZERO,
} from './decimal-arithmetic.js';
import { valueOf } from './contract-value.js';
import { linearRequirement, markOf } from './linear-requirement.js';
import {
  accountsOf,
  balanceOf,
  isEmpty,
  reservedOf,
  type Rulebook,
  rowOf,
  type TwinInstrument,
  type TwinState,
} from './twin-state.js';

export interface HeldPosition {
  readonly account: number;
  readonly instrument: number;
  readonly lots: Decimal;
  readonly cost: Decimal;
}

/** A unit with its figures in the base currency of its pool. */
export interface MarginFigures {
  readonly rulebook: Rulebook;
  readonly base: number;
  readonly equity: Decimal;
  readonly maintenance: Decimal;
  readonly initial: Decimal;
  /** What open orders add to the initial requirement. */
  readonly orderMargin: Decimal;
  /** Equity less the initial requirement and the order margin. */
  readonly excess: Decimal;
  /** A position with lots depends on a market that is not open. */
  readonly isGated: boolean;
  /** Positions with lots. */
  readonly open: readonly HeldPosition[];
  readonly orders: readonly HeldOrders[];
}

/** Open orders of an account in an instrument, over all venues. */
export interface HeldOrders {
  readonly account: number;
  readonly instrument: number;
  readonly buy: Decimal;
  readonly sell: Decimal;
}

/** A unit before it is evaluated; a caller may change it to ask "what if". */
export interface Holdings {
  readonly positions: HeldPosition[];
  readonly orders: HeldOrders[];
  /** Balance less reserved by currency. */
  readonly cash: Map<number, Decimal>;
}

export function holdingsOf(state: TwinState, unit: number): Holdings {
  const positions: HeldPosition[] = [];
  for (const account of accountsOf(state, unit)) {
    for (const [instrument, position] of state.positions.get(account) ?? []) {
      if (!isEmpty(position)) positions.push({ account, instrument, ...position });
    }
  }
  const cash = new Map<number, Decimal>();
  for (const currency of state.currencies.keys()) {
    const free = balanceOf(state, unit, currency).sub(reservedOf(state, unit, currency));
    cash.set(currency, free);
  }
  return { positions, orders: ordersHeldBy(state, unit), cash };
}

/** Orders in contracts that can still be traded, added up over venues. */
function ordersHeldBy(state: TwinState, unit: number): HeldOrders[] {
  const held: HeldOrders[] = [];
  for (const account of accountsOf(state, unit)) {
    for (const instrument of state.instruments.keys()) {
      if (isEnded(state, instrument)) continue;
      const own = state.openOrders.filter(
        (row) => row.account === account && row.instrument === instrument,
      );
      const buy = own.reduce((sum, row) => sum.add(row.buy), ZERO);
      const sell = own.reduce((sum, row) => sum.add(row.sell), ZERO);
      if (buy.add(sell).gt(ZERO)) held.push({ account, instrument, buy, sell });
    }
  }
  return held;
}

/** Whether an instrument is settling or expired. */
export function isEnded(state: TwinState, instrument: number): boolean {
  const { market } = rowOf(state.instruments, instrument);
  return market === 'settling' || market === 'expired';
}

/** Worst of the position with all buys filled, all sells filled, or neither, above its own. */
function orderMarginOf(
  state: TwinState,
  { positions, orders }: Holdings,
  base: number,
  rulebook: Rulebook,
): Decimal {
  let margin = ZERO;
  for (const { account, instrument: id, buy, sell } of orders) {
    const instrument = rowOf(state.instruments, id);
    const { maxLots, currency } = instrument;
    const position = positions.find((p) => p.account === account && p.instrument === id);
    const lots = position?.lots ?? ZERO;
    const initialOf = (then: Decimal): Decimal =>
      then.isZero()
        ? ZERO
        : debtIn(state, currency, base, requirementOf(state, instrument, then, rulebook).initial);
    const own = initialOf(lots);
    const bought = initialOf(least(maxLots, lots.add(buy)));
    const sold = initialOf(greatest(maxLots.neg(), lots.sub(sell)));
    margin = margin.add(greatest(own, greatest(bought, sold)).sub(own));
  }
  return margin;
}

/** Figures of a unit as it stands, or undefined when its pool has no rulebook in force. */
export function figuresOf(
  state: TwinState,
  unit: number,
  holdings = holdingsOf(state, unit),
): MarginFigures | undefined {
  const pool = rowOf(state.pools, rowOf(state.accounts, unit).pool);
  const { rulebook, base } = pool;
  if (rulebook === undefined) return undefined;
  const net = new Map(holdings.cash);
  let maintenance = ZERO;
  let initial = ZERO;
  for (const { instrument: id, lots, cost } of holdings.positions) {
    const instrument = rowOf(state.instruments, id);
    const { currency } = instrument;
    const value = valueOf(instrument, lots, markOf(instrument));
    net.set(currency, (net.get(currency) ?? ZERO).add(value).sub(cost));
    if (lots.isZero()) continue;
    const required = requirementOf(state, instrument, lots, rulebook);
    maintenance = maintenance.add(debtIn(state, currency, base, required.maintenance));
    initial = initial.add(debtIn(state, currency, base, required.initial));
  }
  const open = holdings.positions.filter(({ lots }) => !lots.isZero());
  const equity = equityOf(state, net, base, rulebook);
  const orderMargin = orderMarginOf(state, holdings, base, rulebook);
  return {
    rulebook,
    base,
    equity,
    maintenance,
    initial,
    orderMargin,
    excess: equity.sub(initial).sub(orderMargin),
    isGated: open.some(({ instrument }) => !isJudgeable(state, instrument)),
    open,
    orders: holdings.orders,
  };
}

/** The figures of a unit as they stand in events. */
export function figuresIn(figures: MarginFigures): {
  equityMinor: number;
  maintenanceMinor: number;
  initialMinor: number;
} {
  return {
    equityMinor: whole(figures.equity),
    maintenanceMinor: whole(figures.maintenance),
    initialMinor: whole(figures.initial),
  };
}

function isJudgeable(state: TwinState, id: number): boolean {
  const { market, underlying } = rowOf(state.instruments, id);
  if (market !== 'open') return false;
  return underlying === 0 || rowOf(state.instruments, underlying).market === 'open';
}

function equityOf(
  state: TwinState,
  net: ReadonlyMap<number, Decimal>,
  base: number,
  rulebook: Rulebook,
): Decimal {
  let equity = ZERO;
  for (const [currency, amount] of net) {
    if (currency === base) {
      equity = equity.add(amount);
    } else if (amount.lt(ZERO)) {
      equity = equity.sub(debtIn(state, currency, base, amount.neg()));
    } else {
      const assets = assetIn(state, currency, base, amount);
      const entry = rulebook.haircuts.find((haircut) => haircut.currency === currency);
      const countedPpm = 1_000_000 - (entry === undefined ? 1_000_000 : entry.haircutPpm);
      equity = equity.add(ppmDown(assets, countedPpm));
    }
  }
  return equity;
}

/** Minor units of one currency in another as a fraction: price and digits of both. */
function rateOf(state: TwinState, from: number, to: number): [Decimal, Decimal] {
  const source = rowOf(state.currencies, from);
  const target = rowOf(state.currencies, to);
  const numerator = (source.priceMicros ?? ZERO).mul(new Decimal(10).pow(target.minorDigits));
  const denominator = (target.priceMicros ?? ZERO).mul(new Decimal(10).pow(source.minorDigits));
  return [numerator, denominator];
}

/** An asset in another currency, rounded down. */
export function assetIn(state: TwinState, from: number, to: number, amount: Decimal): Decimal {
  if (from === to || amount.isZero()) return amount;
  const [numerator, denominator] = rateOf(state, from, to);
  return floorQuotient(amount.mul(numerator), denominator);
}

/** A debt in another currency, rounded up. */
export function debtIn(state: TwinState, from: number, to: number, amount: Decimal): Decimal {
  if (from === to || amount.isZero()) return amount;
  const [numerator, denominator] = rateOf(state, from, to);
  return ceilQuotient(amount.mul(numerator), denominator);
}

export interface Requirement {
  readonly maintenance: Decimal;
  readonly initial: Decimal;
}

/** Requirement of a position with lots, settlement currency (docs/rules.md 6). */
export function requirementOf(
  state: TwinState,
  instrument: TwinInstrument,
  lots: Decimal,
  rulebook: Rulebook,
): Requirement {
  if (instrument.kind !== 'option') return linearRequirement(state, instrument, lots, rulebook);
  if (lots.gt(ZERO)) {
    const value = valueOf(instrument, lots, markOf(instrument));
    return { maintenance: value, initial: value };
  }
  return shortOptionRequirement(state, instrument, lots.abs(), rulebook);
}

function shortOptionRequirement(
  state: TwinState,
  instrument: TwinInstrument,
  size: Decimal,
  rulebook: Rulebook,
): Requirement {
  const underlying = rowOf(state.instruments, instrument.underlying);
  const spot = markOf(underlying).mul(instrument.underlyingMultiplier);
  const strike = instrument.strike.mul(instrument.underlyingMultiplier);
  const ofSpot = size.mul(spot);
  let maintenance = ppmUp(ofSpot, rulebook.shortOptionMaintenancePpm);
  if (!instrument.isCall) {
    const value = valueOf(instrument, size, markOf(instrument));
    const { shortPutMaintenancePpm: ofMark } = rulebook;
    maintenance =
      ofMark === 0
        ? least(maintenance, ppmUp(value, rulebook.shortOptionMaintenancePpm))
        : greatest(maintenance, ppmUp(value, ofMark));
  }
  const outOfTheMoney = greatest(ZERO, instrument.isCall ? strike.sub(spot) : spot.sub(strike));
  const discount = floorQuotient(outOfTheMoney.mul(MILLION), spot);
  const rate = greatest(
    decimal(rulebook.shortOptionFloorPpm),
    decimal(rulebook.shortOptionInitialPpm).sub(discount),
  );
  const initial = ceilQuotient(ofSpot.mul(rate), MILLION);
  return { maintenance, initial: greatest(maintenance, initial) };
}
