import { canonicalObject } from '#libs/events';
import {
  balanceOf,
  positionOf,
  rowOf,
  type TwinAccount,
  type TwinInstrument,
  unitOf,
} from '../twin/twin-state.js';
import { CONTRACT, USD } from './contract-drafts.js';
import { MAKERS, POOL, VENUE } from './genesis-inputs.js';
import type { DraftOf } from './steps.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

export type TradeDraft = DraftOf<'TradeReported'>;

/** Accounts of a pool that may trade. */
export function tradableAccounts({ state }: WorldContext, pool: number): number[] {
  return idsWhere(
    state.accounts,
    (account, id) =>
      account.pool === pool &&
      !account.isClosed &&
      account.kind !== 'omnibus-gross' &&
      !account.name.startsWith('idle') &&
      !isInDefault(rowOf(state.accounts, unitOf(state, id))),
  );
}

function isInDefault({ state }: TwinAccount): boolean {
  return state === 'defaulted' || state === 'closed-out';
}

/** Instruments that can be traded: marked, neither settling nor expired, with tiers. */
export function tradableInstruments({ state }: WorldContext): number[] {
  return idsWhere(state.instruments, (instrument) => {
    const { mark, market, underlying } = instrument;
    const isUnderlyingMarked =
      underlying === 0 || rowOf(state.instruments, underlying).mark !== undefined;
    const isAlive = market !== 'settling' && market !== 'expired';
    return mark !== undefined && isUnderlyingMarked && isAlive && instrument.marginClass < 4;
  });
}

/** A trade report, filled in where nothing is said. */
export function reportDraft(context: WorldContext, terms: Partial<TradeDraft>): TradeDraft {
  const { random, state } = context;
  const number = context.nextNumber();
  return {
    type: 'TradeReported',
    venue: random.below(3) === 0 ? VENUE.onAck : VENUE.openOffer,
    instrument: CONTRACT.perpetual,
    buyer: 1,
    seller: 2,
    tradeDate: 18_766,
    businessDate: 0,
    priceTicks: 1,
    quantityLots: 1,
    executedAt: state.timeUs,
    matchId: number,
    tradeId: number,
    liquidationOrder: 0,
    tradeType: random.below(2),
    aggressor: random.below(3),
    acceptBy: random.below(4) === 0 ? state.timeUs + random.below(60_000_000) : 0,
    details: detailsOf(number),
    ...terms,
  };
}

/** What every fourth report says besides its fields; by its number, so that nothing is drawn for it. */
function detailsOf(number: number): string {
  if (number % 4 !== 0) return '';
  const side = { trader: `t-${number % 7}`, capacity: 'proprietary' };
  const known = { uti: `XOPN${number}`, segment: 'Größe', buySide: side };
  return canonicalObject({ ...known, 'x-unknown': [number, null, { deep: true }] }, 'details');
}

/** A price near the mark, within what the instrument accepts. */
export function priceNear(
  context: WorldContext,
  instrument: TwinInstrument,
  spanPpm: number,
): number {
  const mark = instrument.mark?.toNumber() ?? 1;
  const span = Math.floor((mark * spanPpm) / 1_000_000);
  const moved = mark - span + context.random.below(Math.min(2 * span + 1, 2_000_000));
  return Math.min(instrument.maxPrice.toNumber(), Math.max(1, moved));
}

/** A trade that the house should accept, or undefined when nobody can trade. */
export function regularTrade(context: WorldContext): TradeDraft | undefined {
  const { random, state } = context;
  const pool = random.pick(
    context.plan.hasStampede
      ? [
          [POOL.exchange, 300],
          [POOL.cleared, 520],
          [POOL.coin, 180],
        ]
      : [
          [POOL.exchange, 750],
          [POOL.cleared, 250],
        ],
  );
  const accounts = tradableAccounts(context, pool);
  const { plan } = context;
  const herdEnd = plan.hasStampede ? MAKERS + plan.herd : MAKERS;
  const freeRange = accounts.filter((id) => pool !== POOL.exchange || id > herdEnd);
  const buyer = oneOf(random, freeRange);
  const seller = oneOf(
    random,
    accounts.filter((id) => id !== buyer && (id <= MAKERS || id > herdEnd)),
  );
  const id = oneOf(random, chosenInstruments(context));
  if (buyer === undefined || seller === undefined || id === undefined) return undefined;
  const instrument = rowOf(state.instruments, id);
  const isTurned = random.below(2) === 0;
  return reportDraft(context, {
    instrument: id,
    buyer: isTurned ? seller : buyer,
    seller: isTurned ? buyer : seller,
    priceTicks: priceNear(context, instrument, random.below(8) === 0 ? 250_000 : 10_000),
    quantityLots: 1 + random.below(mostLots(context, pool)),
  });
}

/** What is traded: in a plain world mostly the perpetual and the future. */
function chosenInstruments(context: WorldContext): number[] {
  const tradable = tradableInstruments(context);
  if (!context.plan.isPlain || context.random.below(80) === 0) return tradable;
  return tradable.filter((id) => id === CONTRACT.perpetual || id === CONTRACT.future);
}

function mostLots({ random, plan }: WorldContext, pool: number): number {
  const isLarge = random.below(pool === POOL.exchange ? 6 : 3) === 0;
  if (plan.isPlain) return isLarge ? 60 : 5;
  return isLarge ? 120 : 15;
}

/** A trade that brings a member of the herd to the position all of them have. */
export function herdTrade(context: WorldContext): TradeDraft | undefined {
  const { random, state, plan } = context;
  const { perpetual } = CONTRACT;
  const waiting = idsWhere(state.accounts, (account, id) => {
    const isHerd = id > MAKERS && id <= MAKERS + plan.herd;
    const isFit = account.state === 'healthy' && !account.isClosed;
    return isHerd && isFit && positionOf(state, id, perpetual).lots.isZero();
  });
  const [buyer] = waiting;
  const instrument = rowOf(state.instruments, perpetual);
  if (buyer === undefined || instrument.mark === undefined) return undefined;
  if (isInDefault(rowOf(state.accounts, 1))) return undefined;
  return reportDraft(context, {
    venue: VENUE.openOffer,
    buyer,
    seller: 1,
    priceTicks: instrument.mark.toNumber(),
    quantityLots: 24 + (plan.isUniformHerd ? 0 : random.below(4)),
    aggressor: plan.isUniformHerd ? 1 : random.below(3),
  });
}

/** A member's account buys far above the mark, for more than it owns: it will not recover. */
export function recklessTrade(context: WorldContext): TradeDraft | undefined {
  const { random, state } = context;
  const accounts = tradableAccounts(context, POOL.cleared);
  const idle = accounts.filter((id) => {
    const { kind, state: unitState } = rowOf(state.accounts, id);
    const isClient = kind !== 'house' || random.below(2) === 0;
    return isClient && kind !== 'gross-client' && unitState === 'healthy';
  });
  const buyer = oneOf(random, idle);
  const seller = oneOf(
    random,
    accounts.filter((id) => id !== buyer),
  );
  const { mark, market } = rowOf(state.instruments, CONTRACT.perpetual);
  if (buyer === undefined || seller === undefined || mark === undefined) return undefined;
  const cash = balanceOf(state, buyer, USD).toNumber();
  if (cash < 1_000_000 || market === 'settling') return undefined;
  const quantityLots = 1 + Math.floor((cash * 8) / mark.toNumber());
  return reportDraft(context, {
    venue: VENUE.openOffer,
    buyer,
    seller,
    priceTicks: Math.floor(mark.toNumber() * 1.16),
    quantityLots: Math.min(quantityLots, 2000),
  });
}

/** Takes a remembered trade back; mostly one that can be. */
export function bustDraft(context: WorldContext): DraftOf<'TradeBustRequested'> | undefined {
  const { random, trades } = context;
  const recent = trades.slice(-40).filter(({ isBusted, message }) => {
    return !isBusted && message.liquidationOrder === 0;
  });
  const trade = oneOf(random, recent);
  return trade === undefined ? undefined : bustOf(trade);
}

/** The bust of a trade with its own figures. */
export function bustOf({
  sequence,
  message,
}: WorldContext['trades'][number]): DraftOf<'TradeBustRequested'> {
  return {
    type: 'TradeBustRequested',
    tradeSequence: sequence,
    instrument: message.instrument,
    buyer: message.buyer,
    seller: message.seller,
    quantityLots: message.quantityLots,
    costMinor: message.costMinor,
    buyerFeeMinor: message.buyerFeeMinor,
    sellerFeeMinor: message.sellerFeeMinor,
  };
}
