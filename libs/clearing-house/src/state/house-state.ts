import {
  A,
  AccountTable,
  BalanceTable,
  BreachQueue,
  BustWindow,
  HouseLedger,
  IDENTITY_WINDOW,
  IdentityTable,
  NameDirectory,
  type NamedRows,
  OpenOrderTable,
  partyTables,
  POOL,
  PositionTable,
  SweepTable,
  WithdrawalTable,
} from '#libs/clearing';
import {
  CancellationTable,
  DeleveragingTable,
  HedgeGraceTable,
  ObligationTable,
  OrderTable,
  PaceTable,
  WindowTable,
} from '#libs/default-management';
import {
  BreakerTable,
  CurrencyTable,
  InstrumentTable,
  type LogicalTable,
  MarketDepthTable,
  type Row,
  type RowSink,
  TABLES,
} from '#libs/market';
import { IndexTable } from './indices.js';
import { RulebookTable } from './rulebooks.js';
import { SurfaceTable } from './surfaces.js';
import { TermTable } from './term-quotes.js';
import { TimerHeap } from './timers.js';
import { ValuationEpoch } from './valuation-epoch.js';

/** The publisher that exists from the start. */
export const OPERATOR = 1;

/** Time, sequence and versions: one row. */
export class HouseClock implements LogicalTable {
  readonly table = TABLES.clock;
  /** Log time, microseconds since 1970 UTC. */
  timeUs = 0;
  /** Sequence of the last event applied. */
  sequence = 0;
  logicVersion = 1;
  /** Present business date, days since 1970; 0 before the first is set. */
  businessDate = 0;

  writeRows(sink: RowSink): void {
    sink.row(this.table, 1, 0);
    sink.number(1, this.timeUs);
    sink.number(2, this.sequence);
    sink.number(3, this.logicVersion);
    sink.number(4, this.businessDate);
  }

  restoreRow(row: Row): void {
    this.timeUs = row.number(1);
    this.sequence = row.number(2);
    this.logicVersion = row.number(3);
    this.businessDate = row.number(4);
  }
}

/** What a state may be made with; the defaults are what a node runs with. */
export interface HouseStateOptions {
  /** Message ids that are remembered for each publisher. */
  readonly identityWindow?: number;
  /** For tests: false decides and applies every trade the general way. */
  readonly knowsPlainTrades?: boolean;
}

/**
 * Everything that can change a future decision, as tables of rows; the fold of `apply` over the
 * recorded events. Only `libs/clearing-house/src/apply` writes it.
 */
export class HouseState {
  readonly clock = new HouseClock();
  readonly names = new NameDirectory();
  readonly publishers: NamedRows;
  readonly venues: NamedRows;
  readonly members: NamedRows;
  readonly pools: NamedRows;
  readonly currencies = new CurrencyTable();
  readonly instruments = new InstrumentTable();
  readonly accounts = new AccountTable();
  readonly positions = new PositionTable(this.accounts);
  readonly house = new HouseLedger();
  readonly balances = new BalanceTable(this.house, () => this.accounts.count);
  readonly rulebooks = new RulebookTable();
  readonly valuation = new ValuationEpoch();
  readonly surfaces = new SurfaceTable();
  /** By underlying. */
  readonly forwards = new TermTable(TABLES.forwards);
  /** By currency. */
  readonly rates = new TermTable(TABLES.rates);
  readonly indices = new IndexTable();
  readonly withdrawals = new WithdrawalTable();
  readonly orders = new OrderTable();
  readonly obligations = new ObligationTable();
  readonly openOrders = new OpenOrderTable();
  readonly cancellations = new CancellationTable();
  readonly depths = new MarketDepthTable();
  readonly breakers = new BreakerTable();
  readonly paces = new PaceTable();
  readonly windows = new WindowTable();
  readonly deleveragings = new DeleveragingTable();
  readonly hedgeGraces = new HedgeGraceTable();
  readonly sweeps = new SweepTable();
  readonly breachQueue = new BreachQueue();
  readonly busts = new BustWindow();
  readonly identities: IdentityTable;
  /** Derived from the rows, in no root. */
  readonly timers = new TimerHeap();
  /** The deadline of the one stale-price timer that counts, by instrument. */
  readonly staleArmed = new Map<number, number>();

  /** Whether plain trades are decided and applied in one pass; the result is the same. */
  readonly knowsPlainTrades: boolean;

  constructor(options: HouseStateOptions = {}) {
    const { identityWindow = IDENTITY_WINDOW, knowsPlainTrades = true } = options;
    this.knowsPlainTrades = knowsPlainTrades;
    this.identities = new IdentityTable(identityWindow);
    const parties = partyTables(this.names);
    this.publishers = parties.publishers;
    this.venues = parties.venues;
    this.members = parties.members;
    this.pools = parties.pools;
    this.publishers.admit('operator');
  }

  /** Base currency of the pool of an account. */
  baseCurrencyOf(account: number): number {
    return this.pools.get(this.accounts.get(account, A.pool), POOL.baseCurrency);
  }
}

/** Names of currencies, accounts and instruments are rows of their own, so that tables stay numeric. */
const NAMED = [
  ['currency', 101],
  ['account', 102],
  ['instrument', 103],
] as const;

class NameRows implements LogicalTable {
  constructor(
    readonly table: number,
    private readonly target: 'currency' | 'account' | 'instrument',
    private readonly state: HouseState,
  ) {}

  writeRows(sink: RowSink): void {
    for (let id = 1; ; id++) {
      const name = this.state.names.nameOf(this.target, id);
      if (name === undefined) return;
      sink.row(this.table, id, 0);
      sink.text(1, name);
    }
  }

  restoreRow(row: Row): void {
    this.state.names.add(this.target, row.keyA, row.text(1));
  }
}

/** Every table in the order in which rows are written; `isBusiness` ones are in both roots. */
export function tablesOf(
  state: HouseState,
): readonly { readonly rows: LogicalTable; readonly isBusiness: boolean }[] {
  const business = [
    state.venues,
    state.currencies,
    state.pools,
    state.members,
    state.accounts,
    state.instruments,
    state.rulebooks,
    state.house,
    state.balances,
    state.positions,
    state.withdrawals,
    state.orders,
    state.obligations,
    state.openOrders,
    state.cancellations,
    state.valuation,
    state.surfaces,
    state.depths,
    state.breakers,
    state.paces,
    state.windows,
    state.deleveragings,
    state.hedgeGraces,
    state.forwards,
    state.rates,
    state.indices,
    ...NAMED.map(([target, table]) => new NameRows(table, target, state)),
  ];
  const technical = [
    state.clock,
    state.publishers,
    state.sweeps,
    state.breachQueue,
    state.busts,
    state.identities,
  ];
  return [
    ...business.map((rows) => ({ rows, isBusiness: true })),
    ...technical.map((rows) => ({ rows, isBusiness: false })),
  ];
}
