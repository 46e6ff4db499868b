import { getInt64, invariant, putInt64 } from '#libs/units';
import type { Row, RowSink } from '#libs/market';
import { rebuildTimers } from './apply/deadlines.js';
import { HouseState, type HouseStateOptions, tablesOf } from './state/house-state.js';

/** Layout of the rows as bytes; a snapshot of another layout is not read but rebuilt from the log. */
export const LAYOUT_VERSION = 1;

const ROW = 0xff;
const NUMBER = 0;
const TEXT = 1;
const CHUNK_BYTES = 1 << 16;
const ROW_BYTES = 19;

/**
 * Writes the state as logical rows: table by table, ordered by key, defaults left out. The bytes are
 * both the snapshot and what the roots are the hash of: `stateRoot` = SHA-256 of all rows,
 * `businessRoot` = SHA-256 of the business rows.
 *
 * `consume` gets chunks that are reused: copy what must stay. Business rows come first; when they are
 * all consumed, `onBusinessEnd` is called.
 */
export function writeStateRows(
  state: HouseState,
  scope: 'all' | 'business',
  consume: (chunk: Uint8Array) => void,
  onBusinessEnd: () => void = () => undefined,
): void {
  const sink = new ByteRows(consume);
  const tables = tablesOf(state);
  for (const { rows } of tables.filter(({ isBusiness }) => isBusiness)) rows.writeRows(sink);
  sink.flush();
  onBusinessEnd();
  if (scope === 'business') return;
  for (const { rows } of tables.filter(({ isBusiness }) => !isBusiness)) rows.writeRows(sink);
  sink.flush();
}

class ByteRows implements RowSink {
  private bytes = new Uint8Array(CHUNK_BYTES);
  private view = new DataView(this.bytes.buffer);
  private length = 0;
  private readonly encoder = new TextEncoder();

  constructor(private readonly consume: (chunk: Uint8Array) => void) {}

  row(table: number, keyA: number, keyB: number): void {
    invariant(keyA >= 1 && keyB >= 0, 'a row has a key');
    this.need(ROW_BYTES);
    this.view.setUint8(this.length, ROW);
    this.view.setUint16(this.length + 1, table, true);
    putInt64(this.view, this.length + 3, keyA);
    putInt64(this.view, this.length + 11, keyB);
    this.length += ROW_BYTES;
  }

  number(field: number, value: number): void {
    if (value === 0) return;
    invariant(field >= 1 && field < ROW, 'a field has a number that is no row');
    this.need(10);
    this.view.setUint8(this.length, field);
    this.view.setUint8(this.length + 1, NUMBER);
    putInt64(this.view, this.length + 2, value);
    this.length += 10;
  }

  text(field: number, value: string): void {
    if (value === '') return;
    const bytes = this.encoder.encode(value);
    invariant(field >= 1 && field < ROW, 'a field has a number that is no row');
    this.need(6 + bytes.length);
    this.view.setUint8(this.length, field);
    this.view.setUint8(this.length + 1, TEXT);
    this.view.setUint32(this.length + 2, bytes.length, true);
    this.bytes.set(bytes, this.length + 6);
    this.length += 6 + bytes.length;
  }

  flush(): void {
    if (this.length > 0) this.consume(this.bytes.subarray(0, this.length));
    this.length = 0;
  }

  private need(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    this.flush();
    if (bytes <= this.bytes.length) return;
    this.bytes = new Uint8Array(bytes);
    this.view = new DataView(this.bytes.buffer);
  }
}

class RowReader implements Row {
  keyA = 0;
  keyB = 0;
  table = 0;
  /** By field, 0 where the row has none; and the fields that it has. */
  private readonly numbers = new Float64Array(256);
  private readonly fields = new Uint8Array(256);
  private fieldCount = 0;
  private readonly texts = new Map<number, string>();
  // A byte order mark is text like any other: a name may begin with one.
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  number(field: number): number {
    return this.numbers[field] ?? 0;
  }

  text(field: number): string {
    return this.texts.get(field) ?? '';
  }

  /** Moves to the next row; false at the end. */
  next(): boolean {
    if (this.at >= this.bytes.length) return false;
    const { view } = this;
    invariant(view.getUint8(this.at) === ROW, 'a snapshot is a list of rows');
    invariant(this.at + ROW_BYTES <= this.bytes.length, 'a row is whole');
    this.table = view.getUint16(this.at + 1, true);
    this.keyA = getInt64(view, this.at + 3);
    this.keyB = getInt64(view, this.at + 11);
    this.at += ROW_BYTES;
    while (this.fieldCount > 0) this.numbers[this.fields[--this.fieldCount] ?? 0] = 0;
    if (this.texts.size > 0) this.texts.clear();
    while (this.at < this.bytes.length && view.getUint8(this.at) !== ROW) this.readField();
    return true;
  }

  private readField(): void {
    const { view } = this;
    const field = view.getUint8(this.at);
    if (view.getUint8(this.at + 1) === NUMBER) {
      invariant(this.fieldCount < this.fields.length, 'a row has each of its fields once');
      this.fields[this.fieldCount++] = field;
      this.numbers[field] = getInt64(view, this.at + 2);
      this.at += 10;
      return;
    }
    const length = view.getUint32(this.at + 2, true);
    invariant(this.at + 6 + length <= this.bytes.length, 'a text of a row is whole');
    const bytes = this.bytes.subarray(this.at + 6, this.at + 6 + length);
    this.texts.set(field, this.decoder.decode(bytes));
    this.at += 6 + length;
  }
}

/**
 * Restores a state from the bytes of all its rows. The caller has checked their hash.
 * @throws InvariantViolation when the bytes are not rows.
 */
export function restoreState(bytes: Uint8Array, options: HouseStateOptions = {}): HouseState {
  const state = new HouseState(options);
  const tables = new Map(tablesOf(state).map(({ rows }) => [rows.table, rows]));
  const reader = new RowReader(bytes);
  while (reader.next()) {
    const table = tables.get(reader.table);
    invariant(table !== undefined, 'a snapshot has known tables only', () => String(reader.table));
    table.restoreRow(reader);
  }
  const { accounts, currencies, house, names } = state;
  invariant(house.count === currencies.count, 'every currency has its ledgers');
  invariant(
    accounts.count === 0 || names.nameOf('account', accounts.count) !== undefined,
    'every account has a name',
  );
  state.balances.ensureCurrencies(currencies.count);
  state.balances.ensurePurse(accounts.count);
  rebuildTimers(state);
  return state;
}
