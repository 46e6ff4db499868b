import { applyRecord, type HouseState } from '#libs/clearing-house';
import { A, P } from '#libs/clearing';
import { catalogue, recordLengthOf, type Message, writeRecord } from '#libs/events';
import { I } from '#libs/market';
import type { RecordedEvent } from '../event-reader.js';

/** What one event changed about one account. */
export interface Effect {
  readonly account: number;
  readonly what: 'balance' | 'reserved' | 'lots' | 'cost' | 'state' | 'mark';
  /** Currency of a balance, instrument of lots, cost or mark; 0 for a state. */
  readonly of: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Applies one event to the state just before it and tells what it changed about the accounts that
 * it names (of a sweep slice: all in it) and about the mark. The state is afterwards the one after
 * the event.
 */
export function applyAndCompare(
  state: HouseState,
  { message, sequence, cause, timeUs }: RecordedEvent,
): Effect[] {
  const accounts = accountsOf(state, message);
  const instrument = 'instrument' in message ? message.instrument : 0;
  const before = readingOf(state, accounts, instrument);
  if (timeUs > state.clock.timeUs) state.clock.timeUs = timeUs;
  const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
  writeRecord(view, 0, message, sequence - cause);
  applyRecord(state, view, 0, sequence);
  const after = readingOf(state, accounts, instrument);
  const effects: Effect[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(key) ?? 0, after.get(key) ?? 0];
    if (was === is) continue;
    const [account = '', what = '', of = ''] = key.split(' ');
    effects.push({
      account: Number(account),
      what: what as Effect['what'],
      of: Number(of),
      before: was,
      after: is,
    });
  }
  return effects.sort((a, b) => a.account - b.account);
}

/** Accounts an event names, and the units they belong to. */
function accountsOf(state: HouseState, message: Message): number[] {
  const named = new Set<number>();
  const fields: Readonly<Record<string, { readonly type: string; readonly to?: string }>> =
    catalogue[message.type].fields;
  for (const [name, field] of Object.entries(fields)) {
    if (field.type !== 'ref' || field.to !== 'account') continue;
    named.add((message as unknown as Readonly<Record<string, number>>)[name] ?? 0);
  }
  if ('withdrawal' in message) {
    named.add(state.withdrawals.open.get(message.withdrawal)?.account ?? 0);
  }
  if (message.type === 'SweepContinued' && message.instrument !== 0) {
    for (let id = message.from; id < message.to; id++) named.add(id);
  }
  for (const id of [...named]) {
    if (state.accounts.has(id)) named.add(state.accounts.unitOf(id));
  }
  return [...named].filter((id) => state.accounts.has(id)).sort((a, b) => a - b);
}

/** What can change, by `account what of`. */
function readingOf(
  state: HouseState,
  accounts: readonly number[],
  instrument: number,
): Map<string, number> {
  const reading = new Map<string, number>();
  const note = (account: number, what: Effect['what'], of: number, value: number): void => {
    reading.set(`${String(account)} ${what} ${String(of)}`, value);
  };
  for (const account of accounts) {
    note(account, 'state', 0, state.accounts.get(account, A.sagaState));
    for (let c = 1; c <= state.currencies.count; c++) {
      note(account, 'balance', c, state.balances.balance(account, c));
      note(account, 'reserved', c, state.balances.reserved(account, c));
    }
    if (instrument === 0) continue;
    const row = state.positions.find(account, instrument);
    if (row === 0) continue;
    note(account, 'lots', instrument, state.positions.get(row, P.lots));
    note(account, 'cost', instrument, state.positions.get(row, P.costMinor));
  }
  if (state.instruments.has(instrument)) {
    note(0, 'mark', instrument, state.instruments.get(instrument, I.markTicks));
  }
  return reading;
}
