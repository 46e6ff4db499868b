import type { MessageNamed } from '#libs/events';
import { ZERO } from './decimal-arithmetic.js';
import { judge } from './judging.js';
import { isEnded } from './margin-figures.js';
import { checkOpenLots, setOpenOrders } from './open-orders.js';
import type { TwinContext } from './twin-context.js';
import { accountsOf, isWaiting, rowOf, type TwinState, unitOf } from './twin-state.js';

const AT_ONCE = 64;
const IDS_PER_BREACH = 4096;

type Answer = MessageNamed<'OrderCancellationAnswered'>;

/** Pairs of account and venue that this liquidation has still to ask, in order. */
function toAsk(state: TwinState, unit: number): { account: number; venue: number }[] {
  const { breach } = rowOf(state.accounts, unit);
  const asked = [...state.cancellations.values()];
  const pairs: { account: number; venue: number }[] = [];
  for (const account of accountsOf(state, unit).sort((a, b) => a - b)) {
    for (const venue of state.venues.keys()) {
      const isOpen = state.openOrders.some(
        (row) =>
          row.account === account &&
          row.venue === venue &&
          row.buy.add(row.sell).gt(ZERO) &&
          row.leftIn !== breach &&
          !isEnded(state, row.instrument),
      );
      const isAsked = asked.some((row) => row.account === account && row.venue === venue);
      if (isOpen && !isAsked) pairs.push({ account, venue });
    }
  }
  return pairs;
}

/** Asks the venues to cancel a unit's orders; false when there is none to ask. */
export function cancelOrders(
  twin: TwinContext,
  unit: number,
  timeoutUs: number,
  cause: number,
): boolean {
  const { state } = twin;
  const row = rowOf(state.accounts, unit);
  const { breach } = row;
  const deadline = state.timeUs + timeoutUs;
  const pairs = toAsk(state, unit).slice(0, Math.min(AT_ONCE, IDS_PER_BREACH - row.nextOrdinal));
  for (const { account, venue } of pairs) {
    const cancellation = breach * IDS_PER_BREACH + row.nextOrdinal;
    row.nextOrdinal += 1;
    state.cancellations.set(cancellation, { account, venue, deadline });
    const body = { cancellation, account, venue, breach, deadline };
    twin.emit({ type: 'OrderCancellationRequested', ...body }, cause);
  }
  return pairs.length > 0;
}

export function checkCancelled(state: TwinState, m: Answer): number {
  const asked = state.cancellations.get(m.cancellation);
  if (asked === undefined || asked.account !== m.account || asked.venue !== m.venue) return 404;
  const isOutdated = state.openOrders.some(
    (row) =>
      row.account === m.account && row.venue === m.venue && m.venueSequence <= row.venueSequence,
  );
  if (isOutdated) return 403;
  for (const [place, left] of m.left.entries()) {
    if (!state.instruments.has(left.instrument)) return 103;
    if (place > 0 && (m.left[place - 1]?.instrument ?? 0) >= left.instrument) return 405;
    const reason = checkOpenLots(state, m.account, left);
    if (reason !== 0) return reason;
  }
  return 0;
}

/** All orders at the venue are gone but what is left; the unit goes on when it waits no more. */
export function takeCancelled(twin: TwinContext, m: Answer, cause: number): void {
  const { state } = twin;
  const { account, venue, venueSequence } = m;
  state.cancellations.delete(m.cancellation);
  for (const row of state.openOrders) {
    if (row.account !== account || row.venue !== venue) continue;
    Object.assign(row, { buy: ZERO, sell: ZERO, venueSequence, leftIn: 0 });
  }
  const unit = unitOf(state, account);
  const { state: unitState, breach } = rowOf(state.accounts, unit);
  const leftIn = unitState === 'liquidating' ? breach : 0;
  for (const left of m.left) {
    setOpenOrders(state, { account, venue, venueSequence, ...left }, leftIn);
  }
  goOn(twin, account, cause);
}

/** The venue is silent: its timeout passed. */
export function missCancellation(twin: TwinContext, id: number, cause: number): void {
  const asked = rowOf(twin.state.cancellations, id);
  asked.deadline = 0;
  const { account, venue } = asked;
  const body = { cancellation: id, account, venue };
  const unresolved = twin.emit({ type: 'OrderCancellationUnresolved', ...body }, cause);
  goOn(twin, account, unresolved);
}

function goOn(twin: TwinContext, account: number, cause: number): void {
  const unit = unitOf(twin.state, account);
  if (!isWaiting(twin.state, unit)) judge(twin, unit, 0, cause);
}
