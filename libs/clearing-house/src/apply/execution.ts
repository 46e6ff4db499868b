import type { Measured, MessageNamed } from '#libs/events';
import { A, POOL, SAGA } from '#libs/clearing';
import { EQUITY_PREMIUM, HALTED, I, OPEN } from '#libs/market';
import { BUY } from '#libs/default-management';
import { type AmountMinor, invariant, type Lots, negated, plus, ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { pushHalt, pushHedgeGrace, pushTranche } from './deadlines.js';
import { applyLeg } from './position-movement.js';
import { applyMarketState } from './reference-data.js';
import { assertAccountIn } from './saga-steps.js';
import { lotsOf } from './trade.js';

/** Events of the execution of liquidations (docs/rules.md 8b); false: the event is none of them. */
export function applyExecution(state: HouseState, m: Measured): boolean {
  return applyPacing(state, m) || applyBreaker(state, m) || applyTransfer(state, m);
}

function applyPacing(state: HouseState, m: Measured): boolean {
  const { paces } = state;
  switch (m.type) {
    case 'LiquidationPaced':
      applyPaced(state, m);
      return true;
    case 'LiquidationDeferred':
      invariant(m.until > state.clock.timeUs, 'a liquidation is deferred into the future');
      paces.change(m.account, { deferredUntil: m.until });
      pushTranche(state, m.account);
      return true;
    case 'LiquidationResumed':
      invariant(paces.of(m.account).deferredUntil !== 0, 'what goes on was deferred');
      paces.change(m.account, { deferredUntil: 0 });
      return true;
    case 'LiquidationAttemptFailed':
      invariant(m.attempts === paces.of(m.account).attempts + 1, 'failed attempts are counted');
      paces.change(m.account, { attempts: m.attempts });
      return true;
    case 'HedgeLost':
      if (m.until === 0) return true;
      state.hedgeGraces.give(m.account, m.until);
      pushHedgeGrace(state, m.account);
      return true;
    case 'HedgeGraceEnded':
      invariant(state.hedgeGraces.untilOf(m.account) !== 0, 'time that ends was given');
      state.hedgeGraces.end(m.account);
      return true;
    default:
      return false;
  }
}

function applyPaced(state: HouseState, m: Measured<'LiquidationPaced'>): void {
  const { clock, paces, windows, accounts } = state;
  assertAccountIn(state, m.account, SAGA.liquidating, SAGA.liquidating);
  invariant(m.nextAt >= clock.timeUs, 'the next tranche is not due before this one');
  invariant(m.windowFrom <= clock.timeUs, 'a window has begun');
  paces.change(m.account, { nextAt: m.nextAt, deferredUntil: 0 });
  if (m.windowFrom === 0) return;
  const pool = accounts.get(m.account, A.pool);
  for (const own of m.ordered) windows.use(pool, own.instrument, m.windowFrom, own.orderedLots);
}

function applyBreaker(state: HouseState, m: Measured): boolean {
  const { breakers, clock, depths } = state;
  switch (m.type) {
    case 'MarketDepthObserved': {
      const { bidLots, askLots, indexTicks, observedAt } = m;
      depths.observe(m.instrument, {
        bidLots,
        askLots,
        indexTicks,
        observedAt,
        notedAtUs: clock.timeUs,
      });
      return true;
    }
    case 'BreakerReferenceSet':
      breakers.measure(m.instrument, m.referenceTicks, clock.timeUs);
      return true;
    case 'MarketHalted':
      invariant(
        state.instruments.get(m.instrument, I.marketState) === OPEN,
        'an open market halts',
      );
      applyMarketState(state, m.instrument, HALTED);
      breakers.halt(m.instrument, m.resumeAt);
      pushHalt(state, m.instrument);
      return true;
    case 'MarketResumed':
      invariant(breakers.of(m.instrument)?.resumeAt !== 0, 'a market that opens was halted');
      breakers.measure(m.instrument, m.markTicks, clock.timeUs);
      applyMarketState(state, m.instrument, OPEN);
      return true;
    default:
      return false;
  }
}

function applyTransfer(state: HouseState, m: Measured): boolean {
  const { deleveragings, paces, clock } = state;
  switch (m.type) {
    case 'PortfolioTakenOver':
      applyTakenOver(state, m);
      return true;
    case 'DeleveragingStarted':
      applyDeleveragingStarted(state, m);
      return true;
    case 'DeleveragingContinued':
      invariant(deleveragings.running[0]?.cursor === m.from, 'a ranking goes on where it stands');
      deleveragings.rank(m.to, m.ranked);
      return true;
    case 'PositionDeleveraged':
      applyDeleveraged(state, m);
      return true;
    case 'DeleveragingEnded':
      invariant(deleveragings.running[0]?.unit === m.account, 'the run that ends is the first');
      invariant(m.closedLots === deleveragings.running[0].closedLots, 'closed lots are counted');
      deleveragings.end();
      paces.change(m.account, { deleveragedUpTo: m.instrument, deleveragedAt: clock.timeUs });
      return true;
    case 'TakeOverDeclined':
    case 'DeleveragingSkipped':
      return true;
    default:
      return false;
  }
}

function applyDeleveragingStarted(state: HouseState, m: MessageNamed<'DeleveragingStarted'>): void {
  assertAccountIn(state, m.account, SAGA.liquidating, SAGA.liquidating);
  state.deleveragings.start({
    unit: m.account,
    instrument: m.instrument,
    count: m.accountCount,
    pass: m.pass,
    below: { score: m.belowScore, account: m.belowAccount },
  });
}

/** Lots of two accounts close against each other; what is booked as their cost is what is exchanged. */
function applyDeleveraged(state: HouseState, m: Measured<'PositionDeleveraged'>): void {
  const { account, counterparty, instrument, quantityLots: lots, costMinor } = m;
  const isBuy = m.side === BUY;
  const held = lotsOf(state, account, instrument);
  const other = lotsOf(state, counterparty, instrument);
  invariant(lots >= 1, 'lots are deleveraged');
  const [shortLots, longLots] = isBuy ? [held, other] : [other, held];
  invariant(plus(shortLots, lots) <= 0 && longLots >= lots, 'both have the lots that are closed');
  exchange(
    state,
    { from: isBuy ? counterparty : account, to: isBuy ? account : counterparty },
    {
      instrument,
      lots,
      costMinor,
    },
  );
  state.deleveragings.close(lots);
}

interface Lot {
  readonly instrument: number;
  readonly lots: Lots;
  readonly costMinor: AmountMinor;
}

/** Lots go from one account to another for their cost: booked, or paid where premiums are. */
function exchange(state: HouseState, side: { from: number; to: number }, lot: Lot): void {
  const { accounts, balances, instruments } = state;
  const { instrument, lots, costMinor } = lot;
  const isPremium = instruments.get(instrument, I.premium) === EQUITY_PREMIUM;
  const cost: AmountMinor = isPremium ? ZERO : costMinor;
  applyLeg(state, side.to, instrument, lots, cost);
  applyLeg(state, side.from, instrument, negated(lots), negated(cost));
  if (!isPremium) return;
  const currency = instruments.get(instrument, I.currency);
  balances.debit(accounts.unitOf(side.to), currency, costMinor);
  balances.credit(accounts.unitOf(side.from), currency, costMinor);
}

/** Every position goes to the backstop at the mark, and the cost with it. */
function applyTakenOver(state: HouseState, m: Measured<'PortfolioTakenOver'>): void {
  const { accounts, balances, pools } = state;
  const { account, backstop, costMinor, positions } = m;
  assertAccountIn(state, account, SAGA.liquidating, SAGA.liquidating);
  invariant(costMinor >= 0, 'a take-over costs something or nothing');
  for (const { instrument, takenLots, valueMinor } of positions) {
    invariant(lotsOf(state, account, instrument) === takenLots, 'a position goes over whole');
    exchange(
      state,
      { from: account, to: backstop },
      { instrument, lots: takenLots, costMinor: valueMinor },
    );
  }
  const pool = accounts.get(account, A.pool);
  invariant(accounts.get(backstop, A.pool) === pool, 'a backstop is of the pool');
  const base = pools.get(pool, POOL.baseCurrency);
  balances.debit(account, base, costMinor);
  balances.credit(backstop, base, costMinor);
}
