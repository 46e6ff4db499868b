import { positionOf, rowOf, type TwinState } from '../twin/twin-state.js';
import { CONTRACT } from './contract-drafts.js';
import { MAKERS, POOL, VENUE } from './genesis-inputs.js';
import type { Draft, DraftOf } from './steps.js';
import { reportDraft, tradableAccounts, tradableInstruments } from './trade-drafts.js';
import type { Fault } from './trade-faults.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

type Report = DraftOf<'OpenOrderExposureReported'>;

/** What a venue says of an account's open orders; mostly of one that is in, or near, trouble. */
export function openOrderDraft(context: WorldContext): Report | undefined {
  const { random, plan, state } = context;
  const pool = random.below(3) === 0 ? POOL.exchange : POOL.cleared;
  const accounts = tradableAccounts(context, pool).filter((id) => id > MAKERS + plan.herd);
  const troubled = tradableAccounts(context, pool).filter((id) => {
    const { state: unitState } = rowOf(state.accounts, id);
    return unitState === 'warned' || unitState === 'called' || unitState === 'liquidating';
  });
  const account = oneOf(random, random.below(3) === 0 && troubled.length > 0 ? troubled : accounts);
  const isPlain = plan.isPlain && random.below(10) > 0;
  const instrument = isPlain ? CONTRACT.perpetual : oneOf(random, tradableInstruments(context));
  if (account === undefined || instrument === undefined) return undefined;
  return {
    type: 'OpenOrderExposureReported',
    account,
    instrument,
    venue: random.below(2) === 0 ? VENUE.onAck : VENUE.openOffer,
    ...openLots(context, account, instrument),
    venueSequence: context.nextNumber(),
  };
}

/** Open lots of a size that matters beside the position, or none. */
export function openLots(
  { random, state }: WorldContext,
  account: number,
  instrument: number,
): { buyLots: number; sellLots: number } {
  const held = Math.abs(positionOf(state, account, instrument).lots.toNumber());
  const most = random.below(3) === 0 ? held + 1 : 12;
  const side = (): number => (random.below(3) === 0 ? 0 : random.below(Math.min(most, 5000)));
  return random.below(5) === 0
    ? { buyLots: 0, sellLots: 0 }
    : { buyLots: side(), sellLots: side() };
}

/** A report with something changed. */
function altered(change: (report: Report, context: WorldContext) => Partial<Report>): Fault {
  return (context) => {
    const report = openOrderDraft(context);
    return report === undefined ? undefined : { ...report, ...change(report, context) };
  };
}

/** Reports and answers that are refused. */
export const openOrderFaults: Readonly<Record<string, Fault>> = {
  'open orders 102': altered(() => ({ venue: 99 })),
  'open orders 103': altered(() => ({ instrument: 9999 })),
  'open orders 201': altered(() => ({ account: 99_999 })),
  'open orders 108': altered((report, { state }) => {
    const barred = idsWhere(state.accounts, ({ isClosed, kind }) => {
      return isClosed || kind === 'omnibus-gross';
    });
    return { account: barred[0] ?? report.account };
  }),
  'open orders 110': altered((report, { random, state }) => {
    const { maxLots } = rowOf(state.instruments, report.instrument);
    return random.below(2) === 0 ? { buyLots: -1 } : { sellLots: maxLots.toNumber() + 1 };
  }),
  'open orders 111': altered((report, { state }) => {
    const [ended] = idsWhere(state.instruments, ({ market }) => {
      return market === 'settling' || market === 'expired';
    });
    return { instrument: ended ?? report.instrument, buyLots: 1 };
  }),
  'open orders 118': altered(() => ({ instrument: CONTRACT.dark, buyLots: 1 })),
  'open orders 119': altered(() => ({ instrument: CONTRACT.odd, sellLots: 1 })),
  'open orders 403': (context) => {
    const known = oneOf(context.random, context.state.openOrders);
    if (known === undefined) return undefined;
    const { account, instrument, venue, venueSequence } = known;
    const orders = { account, instrument, venue, venueSequence, buyLots: 1, sellLots: 1 };
    return { type: 'OpenOrderExposureReported', ...orders };
  },
  'trade 121': silentTrade,
  'cancellation 404': ({ random, state }) => {
    const [id, asked] = [...state.cancellations][0] ?? [4096, { account: 1, venue: 1 }];
    const { account, venue } = asked;
    const other = random.below(2) === 0 ? { cancellation: id + 1 } : { venue: venue + 1 };
    return { ...answerTo(state, id, account, venue), ...other };
  },
  'cancellation 403': (context) => ofOpen(context, () => ({ venueSequence: 0 })),
  'cancellation 405': (context) =>
    ofOpen(context, () => {
      const one = { instrument: CONTRACT.perpetual, buyLots: 0, sellLots: 0 };
      return { left: [one, one] };
    }),
  'cancellation 103': (context) =>
    ofOpen(context, () => ({ left: [{ instrument: 9999, buyLots: 1, sellLots: 1 }] })),
  'cancellation 110': (context) =>
    ofOpen(context, () => ({ left: [{ instrument: 1, buyLots: -1, sellLots: 1 }] })),
};

/** A trade that adds risk at a venue where it is unknown what became of the account's orders. */
function silentTrade(context: WorldContext): Draft | undefined {
  const { random, state } = context;
  const asked = [...state.cancellations.values()].filter(({ deadline }) => deadline === 0);
  const silent = asked.filter(({ venue }) => venue === VENUE.onAck).map(({ account }) => account);
  const unknown = [...state.orders.values()].filter(({ isUnknown }) => isUnknown);
  const account = oneOf(random, [...silent, ...unknown.map((order) => order.account)]);
  if (account === undefined) return undefined;
  const others = tradableAccounts(context, rowOf(state.accounts, account).pool);
  const seller = oneOf(random, others);
  const { mark, market } = rowOf(state.instruments, CONTRACT.perpetual);
  if (seller === undefined || mark === undefined || market !== 'open') return undefined;
  const isLong = positionOf(state, account, CONTRACT.perpetual).lots.gte(0);
  const [buyer, other] = isLong ? [account, seller] : [seller, account];
  const priceTicks = mark.toNumber();
  return reportDraft(context, { venue: VENUE.onAck, buyer, seller: other, priceTicks });
}

/** An answer to some open cancellation with something changed. */
function ofOpen(
  { random, state }: WorldContext,
  change: () => Partial<DraftOf<'OrderCancellationAnswered'>>,
): Draft | undefined {
  const open = oneOf(random, [...state.cancellations]);
  if (open === undefined) return undefined;
  const [id, { account, venue }] = open;
  return { ...answerTo(state, id, account, venue), ...change() };
}

/** The answer that everything is cancelled, newer than every report. */
export function answerTo(
  state: Readonly<TwinState>,
  cancellation: number,
  account: number,
  venue: number,
): DraftOf<'OrderCancellationAnswered'> {
  const numbers = state.openOrders.map(({ venueSequence }) => venueSequence);
  const venueSequence = Math.max(0, ...numbers) + 1;
  const body = { cancellation, account, venue, venueSequence, left: [] };
  return { type: 'OrderCancellationAnswered', ...body };
}
