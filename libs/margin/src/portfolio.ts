import { type AmountMinor, invariant, type Lots, plus, unitArray } from '#libs/units';

/** Largest number of currencies that a house lists. */
export const CURRENCY_LIMIT = 64;

/** Open orders of one account in one instrument, over all venues. */
export interface OrderExposure {
  readonly account: number;
  readonly instrument: number;
  buyLots: Lots;
  sellLots: Lots;
}

/** Collateral that stands in the scenarios: what it counts for in equity, below 0 a debt. */
export interface MovingCollateral {
  /** Instrument whose price moves its worth. */
  readonly underlying: number;
  readonly valueMinor: AmountMinor;
}

/**
 * A margin unit as the models see it: positions and cash, nothing else. One buffer is reused for
 * every evaluation, so that judging an account allocates nothing.
 */
export class Portfolio {
  count = 0;
  accounts = new Int32Array(64);
  instruments = new Int32Array(64);
  lots = unitArray<Lots>(64);
  /** Signed cost of the position, settlement currency; 0 for premium `equity`. */
  costs = unitArray<AmountMinor>(64);
  /** Maintenance and initial requirement per position, base currency; filled by the model. */
  maintenance = unitArray<AmountMinor>(64);
  initial = unitArray<AmountMinor>(64);
  /** Open orders, by account and instrument: usually none. */
  readonly orders: OrderExposure[] = [];
  /** Filled by the model `scenario`, of currencies that its rulebook names: usually none. */
  readonly collateral: MovingCollateral[] = [];
  /** Balance less reserved, by currency id. */
  readonly cash = unitArray<AmountMinor>(CURRENCY_LIMIT + 1);
  /** Equity per currency before haircuts; scratch of the model. */
  readonly net = unitArray<AmountMinor>(CURRENCY_LIMIT + 1);

  clear(): void {
    this.count = 0;
    if (this.orders.length > 0) this.orders.length = 0;
    this.cash.fill(0);
  }

  /** Place of a position; -1 when there is none. */
  placeOf(account: number, instrument: number): number {
    for (let k = 0; k < this.count; k++) {
      if (this.accounts[k] === account && this.instruments[k] === instrument) return k;
    }
    return -1;
  }

  /** Adds open orders; those of one account and instrument are added up. */
  addOrders(account: number, instrument: number, buyLots: Lots, sellLots: Lots): void {
    invariant(buyLots >= 0 && sellLots >= 0, 'open orders have lots');
    const known = this.ordersOf(account, instrument);
    if (known === undefined) {
      this.orders.push({ account, instrument, buyLots, sellLots });
      return;
    }
    known.buyLots = plus(known.buyLots, buyLots);
    known.sellLots = plus(known.sellLots, sellLots);
  }

  ordersOf(account: number, instrument: number): OrderExposure | undefined {
    return this.orders.find((own) => own.account === account && own.instrument === instrument);
  }

  add(account: number, instrument: number, lots: Lots, cost: AmountMinor): void {
    invariant(account >= 1 && instrument >= 1, 'a position has an account and an instrument');
    if (this.count === this.instruments.length) this.grow();
    this.accounts[this.count] = account;
    this.instruments[this.count] = instrument;
    this.lots[this.count] = lots;
    this.costs[this.count] = cost;
    this.count += 1;
  }

  private grow(): void {
    const size = this.count * 2;
    this.accounts = grown(this.accounts, new Int32Array(size));
    this.instruments = grown(this.instruments, new Int32Array(size));
    this.lots = grown(this.lots, unitArray(size));
    this.costs = grown(this.costs, unitArray(size));
    this.maintenance = grown(this.maintenance, unitArray(size));
    this.initial = grown(this.initial, unitArray(size));
  }
}

function grown<A extends Int32Array | Float64Array>(from: A, to: A): A {
  invariant(to.length > from.length, 'what grows is larger afterwards');
  to.set(from);
  return to;
}

/** Equity and requirements of a unit in the base currency of its pool, minor units. */
export interface MarginFigures {
  equityMinor: AmountMinor;
  maintenanceMinor: AmountMinor;
  /** Of what is held. */
  initialMinor: AmountMinor;
  /** The same at an open interest of 0: what no trade of others can take it below. */
  initialAtRestMinor: AmountMinor;
  /** What open orders add to the initial requirement, on their worst side. */
  orderMarginMinor: AmountMinor;
  /** A market it depends on is not open: the figures are not to be judged. */
  gated: boolean;
}
