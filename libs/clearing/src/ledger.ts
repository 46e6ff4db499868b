import {
  type AmountMinor,
  amountMinor,
  invariant,
  negated,
  plus,
  STORE_LIMIT,
  unitArray,
  ZERO,
} from '#libs/units';
import {
  GrowableRows,
  type LogicalTable,
  type MinorColumn,
  type Row,
  type RowSink,
  TABLES,
} from '#libs/market';

/** Columns of a house ledger row (one per currency). Append only. */
export const L = {
  nostro: 0 as MinorColumn,
  fees: 1 as MinorColumn,
  rounding: 2 as MinorColumn,
  /** Counter-entry of settlement sweeps; zero when none is running. */
  suspense: 3 as MinorColumn,
  payable: 4 as MinorColumn,
  /** Losses that nobody covered; never above zero. */
  uncovered: 5 as MinorColumn,
  /** Incremental sum of all balances. */
  accounts: 6 as MinorColumn,
  /** Incremental sum of all funds. */
  funds: 7 as MinorColumn,
} as const;

const HOUSE_COLUMNS = 8;

/** The house's own ledgers, one row a currency. */
export class HouseLedger extends GrowableRows implements LogicalTable {
  readonly table = TABLES.ledgers;

  constructor() {
    super(HOUSE_COLUMNS, 8);
  }

  add(currency: number, column: MinorColumn, amountMinor: AmountMinor): void {
    this.set(currency, column, storable(plus(this.get(currency, column), amountMinor)));
  }

  take(currency: number, column: MinorColumn, amountMinor: AmountMinor): void {
    this.add(currency, column, negated(amountMinor));
  }

  /** Throws unless every currency's cash is accounted for, to the minor unit. */
  assertConserved(): void {
    for (let c = 1; c <= this.count; c++) {
      const at = c * HOUSE_COLUMNS;
      let claims = 0;
      for (let column = 1; column < HOUSE_COLUMNS; column++) claims += this.data[at + column] ?? 0;
      const held = this.data[at + L.nostro] ?? 0;
      invariant(
        claims === held,
        'cash is conserved',
        () => `currency ${String(c)}: ${String(held)} held, ${String(claims)} owed`,
      );
      const isSound =
        (this.data[at + L.fees] ?? 0) >= 0 &&
        (this.data[at + L.rounding] ?? 0) >= 0 &&
        (this.data[at + L.payable] ?? 0) >= 0 &&
        (this.data[at + L.funds] ?? 0) >= 0 &&
        (this.data[at + L.uncovered] ?? 0) <= 0;
      invariant(isSound, 'no ledger but suspense is below zero', () => `currency ${String(c)}`);
    }
  }

  writeRows(sink: RowSink): void {
    for (let c = 1; c <= this.count; c++) {
      sink.row(this.table, c, 0);
      for (let column = 0; column < HOUSE_COLUMNS; column++) {
        sink.number(column + 1, this.get(c, column));
      }
    }
  }

  restoreRow(row: Row): void {
    const id = this.append();
    invariant(id === row.keyA, 'ledgers are restored in order');
    for (let column = 0; column < HOUSE_COLUMNS; column++) {
      this.set(id, column, row.number(column + 1));
    }
  }
}

/**
 * Balances and reservations per purse and currency: [balance, reserved] pairs, one row a purse.
 * Every change goes through `credit`, which keeps the house's running total in step.
 */
export class BalanceTable implements LogicalTable {
  readonly table = TABLES.balances;
  /** Room in a row: a power of two, so that a row lies in one cache line. */
  private currencies = 1;
  /** [balance, reserved] pairs; outside this table only `applyPlainTrade` writes it, balances alone. */
  data = unitArray<AmountMinor>(8 * 1024);

  constructor(
    private readonly house: HouseLedger,
    private readonly purseCount: () => number,
  ) {}

  /** Makes room for this many currencies; rows move, contents stay. */
  ensureCurrencies(count: number): void {
    if (count <= this.currencies) return;
    const from = this.currencies * 2;
    const to = from * 2;
    const { data } = this;
    const wider = unitArray<AmountMinor>((data.length / from) * to);
    for (let at = 0; at < data.length; at += from) {
      for (let k = 0; k < from; k++) wider[2 * at + k] = data[at + k] ?? ZERO;
    }
    this.data = wider;
    this.currencies *= 2;
    invariant(this.data.length % to === 0, 'a wider row is whole');
    this.ensureCurrencies(count);
  }

  /** Makes room for purses up to this id. */
  ensurePurse(id: number): void {
    const needed = (id + 1) * this.currencies * 2;
    if (needed <= this.data.length) return;
    const grown = unitArray<AmountMinor>(Math.max(needed, this.data.length * 2));
    grown.set(this.data);
    this.data = grown;
  }

  balance(purse: number, currency: number): AmountMinor {
    return this.data[(purse * this.currencies + currency - 1) * 2] ?? ZERO;
  }

  reserved(purse: number, currency: number): AmountMinor {
    return this.data[(purse * this.currencies + currency - 1) * 2 + 1] ?? ZERO;
  }

  /** Offset of a balance in `data`; what is reserved of it follows. */
  at(purse: number, currency: number): number {
    return ((purse * this.currencies + currency - 1) * 2) | 0;
  }

  /** Reads a purse's row, so that it is in the cache when it is needed. */
  touch(purse: number): number {
    return this.data[purse * this.currencies * 2] ?? 0;
  }

  /** Whether a balance stays storable when it moves by up to `amountMinor`, either way. */
  canMove(purse: number, currency: number, amountMinor: AmountMinor): boolean {
    const balance = this.data[(purse * this.currencies + currency - 1) * 2] ?? 0;
    return Math.abs(balance) + amountMinor <= STORE_LIMIT;
  }

  /** Adds a signed amount to a balance. The counter-entry is the caller's. */
  credit(purse: number, currency: number, amountMinor: AmountMinor): void {
    const at = (purse * this.currencies + currency - 1) * 2;
    invariant(purse >= 1 && at < this.data.length, 'a purse that is credited has a row');
    this.data[at] = storable(plus(this.data[at] ?? ZERO, amountMinor));
    this.house.add(currency, L.accounts, amountMinor);
  }

  debit(purse: number, currency: number, amountMinor: AmountMinor): void {
    this.credit(purse, currency, negated(amountMinor));
  }

  reserve(purse: number, currency: number, amountMinor: AmountMinor): void {
    const at = (purse * this.currencies + currency - 1) * 2 + 1;
    invariant(purse >= 1 && at < this.data.length, 'a purse that reserves has a row');
    const reserved = storable(plus(this.data[at] ?? ZERO, amountMinor));
    invariant(reserved >= 0, 'no less than nothing is reserved');
    this.data[at] = reserved;
  }

  unreserve(purse: number, currency: number, amountMinor: AmountMinor): void {
    this.reserve(purse, currency, negated(amountMinor));
  }

  writeRows(sink: RowSink): void {
    for (let purse = 1; purse <= this.purseCount(); purse++) {
      for (let c = 1; c <= this.house.count; c++) {
        const balance = this.balance(purse, c);
        const reserved = this.reserved(purse, c);
        if (balance === 0 && reserved === 0) continue;
        sink.row(this.table, purse, c);
        sink.number(1, balance);
        sink.number(2, reserved);
      }
    }
  }

  restoreRow(row: Row): void {
    this.ensureCurrencies(row.keyB);
    this.ensurePurse(row.keyA);
    invariant(row.keyA >= 1 && row.keyB >= 1, 'a balance has a purse and a currency');
    const at = (row.keyA * this.currencies + row.keyB - 1) * 2;
    this.data[at] = amountMinor(row.number(1));
    this.data[at + 1] = amountMinor(row.number(2));
  }
}

function storable(x: AmountMinor): AmountMinor {
  invariant(x <= STORE_LIMIT && x >= -STORE_LIMIT, 'an amount stays within 2^52');
  return x;
}
