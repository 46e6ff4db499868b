import { invariant, lesser, type Lots, minus, negated } from '#libs/units';
import type { MessageNamed } from '#libs/events';
import { A, ACCEPTED, KIND, SAGA } from '#libs/clearing';
import type { Portfolio } from '#libs/margin';
import { I, OPTION, SETTLING } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { isWaiting } from './account-standing.js';
import type { DecisionContext } from './context.js';
import { checkPriced } from './valuation-epoch.js';

type Report = MessageNamed<'OpenOrderExposureReported'>;

export function checkReport(state: HouseState, m: Report): number {
  const { accounts, instruments, venues, openOrders } = state;
  if (!venues.has(m.venue)) return 102;
  if (!instruments.has(m.instrument)) return 103;
  if (!accounts.has(m.account)) return 201;
  const isParent = accounts.get(m.account, A.kind) === KIND.omnibusGross;
  if (isParent || accounts.get(m.account, A.closed) !== 0) return 108;
  const known = openOrders.find(m.account, m.instrument, m.venue);
  if (m.venueSequence <= (known?.venueSequence ?? 0)) return 403;
  return checkOpenLots(state, m.account, m);
}

interface OpenLots {
  readonly instrument: number;
  readonly buyLots: number;
  readonly sellLots: number;
}

/** Whether open orders can be margined; none at all always can. */
export function checkOpenLots(state: HouseState, account: number, m: OpenLots): number {
  const { instruments, rulebooks, accounts } = state;
  const { instrument, buyLots, sellLots } = m;
  const maxLots = instruments.get(instrument, I.maxLots);
  const isInRange = (lots: number): boolean => lots >= 0 && lots <= maxLots;
  if (!isInRange(buyLots) || !isInRange(sellLots)) return 110;
  if (buyLots + sellLots === 0) return ACCEPTED;
  const rulebook = rulebooks.inForce(accounts.get(account, A.pool));
  if (rulebook === undefined) return 119;
  const isOption = instruments.get(instrument, I.kind) === OPTION;
  const tiers = rulebook.tiers(instruments.get(instrument, I.marginClass));
  if (!isOption && tiers === undefined) return 119;
  if (instruments.get(instrument, I.marketState) >= SETTLING) return 111;
  return checkPriced(state, accounts.get(account, A.pool), rulebook, instrument);
}

/** Only a liquidation that waits for no venue may go on otherwise now: what is certain changed. */
export function afterReport(context: DecisionContext, m: Report, cause: number): void {
  const { state, judgement } = context;
  const unit = state.accounts.unitOf(m.account);
  if (state.accounts.get(unit, A.sagaState) !== SAGA.liquidating || isWaiting(state, unit)) return;
  judgement.judge(unit, 0, cause);
}

interface Leg {
  readonly account: number;
  readonly instrument: number;
  /** Bought, or below 0 sold. */
  readonly lots: Lots;
}

/**
 * Takes the lots of a trade under decision off the account's orders at its venue: it is them that
 * were filled, and they must not count a second time.
 */
export function takeFilledOrder(
  state: HouseState,
  portfolio: Portfolio,
  { account, instrument, lots }: Leg,
  venue: number,
): void {
  const orders = portfolio.ordersOf(account, instrument);
  const atVenue = state.openOrders.find(account, instrument, venue);
  if (orders === undefined || atVenue === undefined) return;
  invariant(orders.buyLots >= atVenue.buyLots, 'orders at a venue are among all orders');
  invariant(orders.sellLots >= atVenue.sellLots, 'orders at a venue are among all orders');
  if (lots > 0) orders.buyLots = minus(orders.buyLots, lesser(lots, atVenue.buyLots));
  else orders.sellLots = minus(orders.sellLots, lesser(negated(lots), atVenue.sellLots));
}
