import type { MessageNamed } from '#libs/events';
import { type Decimal, decimal, least, ZERO } from './decimal-arithmetic.js';
import { judge } from './judging.js';
import { type HeldOrders, isEnded } from './margin-figures.js';
import type { TwinContext } from './twin-context.js';
import { isWaiting, rowOf, type TwinOpenOrders, type TwinState, unitOf } from './twin-state.js';

type Report = MessageNamed<'OpenOrderExposureReported'>;

/** The reason to refuse a report (docs/rules.md 8), or 0. */
export function checkReport(state: TwinState, m: Report): number {
  if (!state.venues.has(m.venue)) return 102;
  if (!state.instruments.has(m.instrument)) return 103;
  const account = state.accounts.get(m.account);
  if (account === undefined) return 201;
  if (account.isClosed || account.kind === 'omnibus-gross') return 108;
  const known = openOrdersOf(state, m.account, m.instrument, m.venue);
  if (m.venueSequence <= (known?.venueSequence ?? 0)) return 403;
  return checkOpenLots(state, m.account, m);
}

export function openOrdersOf(
  state: TwinState,
  account: number,
  instrument: number,
  venue: number,
): TwinOpenOrders | undefined {
  return state.openOrders.find(
    (row) => row.account === account && row.instrument === instrument && row.venue === venue,
  );
}

interface OpenLots {
  readonly instrument: number;
  readonly buyLots: number;
  readonly sellLots: number;
}

/** Whether so many open lots can be reported of a known account and instrument. */
export function checkOpenLots(state: TwinState, account: number, m: OpenLots): number {
  const instrument = rowOf(state.instruments, m.instrument);
  const sides = [m.buyLots, m.sellLots];
  if (sides.some((lots) => lots < 0 || instrument.maxLots.lt(lots))) return 110;
  if (sides.every((lots) => lots === 0)) return 0;
  const { rulebook } = rowOf(state.pools, rowOf(state.accounts, account).pool);
  if (rulebook === undefined) return 119;
  const hasTiers = rulebook.tiers.some((tier) => tier.marginClass === instrument.marginClass);
  if (instrument.kind !== 'option' && !hasTiers) return 119;
  if (isEnded(state, m.instrument)) return 111;
  const { mark, underlying } = instrument;
  if (mark === undefined) return 118;
  return underlying !== 0 && rowOf(state.instruments, underlying).mark === undefined ? 118 : 0;
}

/** The present orders; a liquidation that waits for nothing goes on. */
export function takeReport(twin: TwinContext, m: Report, cause: number): void {
  const { state } = twin;
  setOpenOrders(state, m, 0);
  const unit = unitOf(state, m.account);
  const isOpen = rowOf(state.accounts, unit).state === 'liquidating';
  if (isOpen && !isWaiting(state, unit)) judge(twin, unit, 0, cause);
}

export function setOpenOrders(
  state: TwinState,
  m: Omit<Report, 'type' | 'publisher' | 'publisherSequence'>,
  leftIn: number,
): void {
  const { account, instrument, venue, venueSequence } = m;
  const place = state.openOrders.findIndex(
    (row) => row.account === account && row.instrument === instrument && row.venue === venue,
  );
  if (place >= 0) state.openOrders.splice(place, 1);
  const [buy, sell] = [decimal(m.buyLots), decimal(m.sellLots)];
  state.openOrders.push({ account, instrument, venue, buy, sell, venueSequence, leftIn });
}

interface Filled {
  readonly account: number;
  readonly id: number;
  readonly venue: number;
  /** Bought, or below 0 sold. */
  readonly lots: Decimal;
}

/** A unit's orders without those that a trade fills: at its venue, on its side, as far as they go. */
export function withoutFilled(
  state: TwinState,
  orders: readonly HeldOrders[],
  { account, id, venue, lots }: Filled,
): HeldOrders[] {
  const atVenue = openOrdersOf(state, account, id, venue);
  return orders.map((row) => {
    if (atVenue === undefined || row.account !== account || row.instrument !== id) return row;
    return lots.gt(ZERO)
      ? { ...row, buy: row.buy.sub(least(lots, atVenue.buy)) }
      : { ...row, sell: row.sell.sub(least(lots.neg(), atVenue.sell)) };
  });
}
