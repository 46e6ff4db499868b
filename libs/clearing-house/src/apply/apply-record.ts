import { layouts, type Measured, type Message, readRecord, templateIdAt } from '#libs/events';
import { A, MEMBER, SAGA } from '#libs/clearing';
import { ORDER } from '#libs/default-management';
import { HALTED, I, OPEN } from '#libs/market';
import { invariant } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';
import * as cash from './cash.js';
import * as defaults from './default-management.js';
import { applyExecution } from './execution.js';
import * as market from './market.js';
import * as indices from './market-index.js';
import * as openOrders from './open-orders.js';
import * as reference from './reference-data.js';
import { assertAccountIn, stepAccount, stepMember } from './saga-steps.js';
import * as terms from './term-market.js';
import { applyEconomics, applyTradeNovated, noteSession } from './trade.js';

const TRADE_NOVATED = layouts.TradeNovated.templateId;
const ACCEPTED_ANSWER = 0;

/**
 * Applies one recorded event to the state: the only way in which state changes. `apply` is frozen
 * per event version; it never decides and never fails on a recorded event.
 * @throws UnknownRecord for an event or version this program does not know: the reader halts.
 */
export function applyRecord(state: HouseState, view: DataView, at: number, sequence: number): void {
  if (templateIdAt(view, at) !== TRADE_NOVATED) {
    applyRead(state, readRecord(view, at), sequence);
    return;
  }
  invariant(sequence === state.clock.sequence + 1, 'events are applied in dense order');
  applyTradeNovated(state, view, at, sequence);
  state.clock.sequence = sequence;
}

/** `applyRecord` for whoever has just read the message, no trade, from the bytes that are recorded. */
export function applyRead(state: HouseState, message: Measured, sequence: number): void {
  invariant(sequence === state.clock.sequence + 1, 'events are applied in dense order');
  if ('publisherSequence' in message) {
    noteSession(state, message.publisher, message.publisherSequence);
  }
  applyMessage(state, message, sequence);
  state.clock.sequence = sequence;
}

function applyMessage(state: HouseState, m: Measured, sequence: number): void {
  if (applyReference(state, m) || applyMarket(state, m, sequence)) return;
  if (applyMarketData(state, m)) return;
  if (applyCash(state, m, sequence) || applyDefault(state, m, sequence)) return;
  if (applyVenue(state, m) || applyExecution(state, m)) return;
  invariant(
    m.type === 'TradeRejected' || m.type === 'InputRejected' || isMark(m),
    'every event is applied',
    () => m.type,
  );
}

/** Events that only mark a fact; what follows from them are events of their own. */
function isMark(m: Message): boolean {
  switch (m.type) {
    case 'PriceQuarantined':
    case 'TimeAdvanced':
    case 'CreditLimitSet':
    case 'LiquidationPlanned':
    case 'TradeDetailsRecorded':
      return true;
    default:
      return false;
  }
}

function applyReference(state: HouseState, m: Measured): boolean {
  switch (m.type) {
    case 'PublisherRegistered':
      state.publishers.admit(m.name);
      return true;
    case 'VenueConnected':
      reference.applyVenueConnected(state, m);
      return true;
    case 'CurrencyListed':
      reference.applyCurrencyListed(state, m);
      return true;
    case 'PoolOpened':
      reference.applyPoolOpened(state, m);
      return true;
    case 'MemberAdmitted':
      state.members.admit(m.name);
      return true;
    case 'AccountOpened':
      reference.applyAccountOpened(state, m);
      return true;
    case 'AccountClosed':
      reference.applyAccountClosed(state, m);
      return true;
    case 'InstrumentListed':
      reference.applyInstrumentListed(state, m);
      return true;
    case 'RulebookPublished':
      reference.applyRulebookPublished(state, m);
      return true;
    case 'DeadlineReached':
      if (m.timerKind === TIMER.rulebook) state.rulebooks.activate(m.subject, m.reference);
      return true;
    case 'LogicActivated':
      invariant(m.logicVersion > state.clock.logicVersion, 'logic versions ascend');
      state.clock.logicVersion = m.logicVersion;
      return true;
    case 'TimeJumpAccepted':
      reference.applyTimeJumpAccepted(state, m);
      return true;
    case 'MemberReinstated':
      reference.applyMemberReinstated(state, m);
      return true;
    default:
      return false;
  }
}

function applyMarket(state: HouseState, m: Measured, sequence: number): boolean {
  switch (m.type) {
    case 'PriceObserved':
      market.applyPriceObserved(state, m);
      return true;
    case 'CurrencyPriceObserved':
      state.currencies.setPrice(m.currency, m.priceMicros);
      return true;
    case 'ValuationEpochOpened':
      market.applyValuationEpoch(state, m);
      return true;
    case 'MarketStateSet':
      state.breakers.forgetHalt(m.instrument);
      reference.applyMarketState(state, m.instrument, m.marketState === 1 ? HALTED : OPEN);
      return true;
    case 'MarketStateChanged':
      reference.applyMarketState(state, m.instrument, m.marketState);
      return true;
    case 'SettlementPricePublished':
    case 'FundingRatePublished':
      return true;
    case 'SettlementCycleClosed':
      invariant(m.nextDate > state.clock.businessDate, 'business dates ascend');
      state.clock.businessDate = m.nextDate;
      return true;
    case 'SweepStarted':
      market.applySweepStarted(state, m, sequence);
      return true;
    case 'SweepContinued':
      market.applySweepContinued(state, m);
      return true;
    case 'BreachQueued':
      market.applyBreachQueued(state, m);
      return true;
    case 'TradeBustRequested':
      applyBust(state, m);
      return true;
    case 'InputIdentified':
      state.identities.remember(m.publisher, m.messageId, m.bodyHash, sequence - 1);
      return true;
    default:
      return false;
  }
}

/** Volatilities, forwards and rates; the sources of indices. */
function applyMarketData(state: HouseState, m: Measured): boolean {
  switch (m.type) {
    case 'VolatilitySurfaceObserved':
      state.surfaces.observe(m, state.clock.timeUs);
      state.valuation.noteSurface(m.instrument, state.instruments.get(m.instrument, I.markTicks));
      return true;
    case 'ForwardObserved':
      terms.applyForwardObserved(state, m);
      return true;
    case 'RateObserved':
      terms.applyRateObserved(state, m);
      return true;
    case 'IndexDefined':
      indices.applyIndexDefined(state, m);
      return true;
    case 'IndexSourceObserved':
      indices.applySourceObserved(state, m);
      return true;
    case 'IndexPriceDetermined':
      indices.applyIndexPrice(state, m);
      return true;
    case 'IndexUndetermined':
      indices.applyIndexUndetermined(state, m);
      return true;
    default:
      return false;
  }
}

/** Everything of the trade goes back at the original figures. */
function applyBust(state: HouseState, m: Measured<'TradeBustRequested'>): void {
  const slot = state.busts.find(m.tradeSequence);
  invariant(slot >= 0, 'a busted trade is remembered');
  invariant(m.quantityLots >= 1, 'a busted trade has lots');
  state.busts.markDone(slot);
  const { instrument, buyer, seller } = m;
  const trade = {
    instrument,
    buyer,
    seller,
    lots: m.quantityLots,
    cost: m.costMinor,
    buyerFee: m.buyerFeeMinor,
    sellerFee: m.sellerFeeMinor,
    order: 0,
  };
  applyEconomics(state, trade, -1);
}

function applyCash(state: HouseState, m: Measured, sequence: number): boolean {
  switch (m.type) {
    case 'CollateralDeposited':
      cash.applyDeposit(state, m);
      return true;
    case 'WithdrawalRequested':
      cash.applyWithdrawalRequested(state, m, sequence);
      return true;
    case 'WithdrawalReleased':
      cash.applyWithdrawalReleased(state, m.withdrawal);
      return true;
    case 'WithdrawalCancelled':
      cash.applyWithdrawalCancelled(state, m.withdrawal);
      return true;
    case 'PaymentConfirmed':
      cash.applyPaymentConfirmed(state, m.withdrawal);
      return true;
    case 'PaymentFailed':
      cash.applyPaymentFailed(state, m.withdrawal);
      return true;
    case 'FundContributed':
      cash.applyFundContributed(state, m);
      return true;
    default:
      return false;
  }
}

function applyVenue(state: HouseState, m: Measured): boolean {
  switch (m.type) {
    case 'OpenOrderExposureReported':
      openOrders.applyOrdersReported(state, m);
      return true;
    case 'OrderCancellationRequested':
      openOrders.applyCancellationRequested(state, m);
      return true;
    case 'OrderCancellationAnswered':
      openOrders.applyCancellationAnswered(state, m);
      return true;
    case 'OrderCancellationUnresolved':
      state.cancellations.giveUp(m.cancellation);
      return true;
    default:
      return false;
  }
}

function applyDefault(state: HouseState, m: Measured, sequence: number): boolean {
  return applyAccountSaga(state, m, sequence) || applyMemberSaga(state, m, sequence);
}

function applyAccountSaga(state: HouseState, m: Measured, sequence: number): boolean {
  switch (m.type) {
    case 'AccountWarned':
      stepAccount(state, m.account, SAGA.warned);
      return true;
    case 'WarningCleared':
      assertAccountIn(state, m.account, SAGA.warned, SAGA.warned);
      stepAccount(state, m.account, SAGA.healthy);
      return true;
    case 'MarginBreached':
      assertAccountIn(state, m.account, SAGA.healthy, SAGA.warned);
      invariant(m.deficitMinor > 0, 'a breach has a deficit');
      state.accounts.set(m.account, A.breach, sequence);
      return true;
    case 'MarginCallIssued':
      defaults.applyMarginCallIssued(state, m, sequence);
      return true;
    case 'MarginCallExtended':
      defaults.applyMarginCallExtended(state, m);
      return true;
    case 'MarginCallMet':
      assertAccountIn(state, m.account, SAGA.called, SAGA.called);
      defaults.applyCallEnded(state, m.account, SAGA.healthy);
      state.accounts.set(m.account, A.breach, 0);
      return true;
    case 'MarginCallMissed':
      assertAccountIn(state, m.account, SAGA.called, SAGA.called);
      return true;
    case 'LiquidationOpened':
      defaults.applyLiquidationOpened(state, m);
      return true;
    case 'LiquidationOrderIssued':
      defaults.applyOrderIssued(state, m);
      return true;
    case 'LiquidationOrderAnswered':
      if (m.answer === ACCEPTED_ANSWER) defaults.applyOrderState(state, m.order, ORDER.accepted);
      return true;
    case 'LiquidationOrderUnresolved':
      defaults.applyOrderState(state, m.order, ORDER.unknown);
      return true;
    case 'LiquidationOrderClosed':
      defaults.applyOrderClosed(state, m);
      return true;
    case 'LiquidationCompleted':
      defaults.applyRecovered(state, m.account);
      return true;
    default:
      return false;
  }
}

function applyMemberSaga(state: HouseState, m: Measured, sequence: number): boolean {
  switch (m.type) {
    case 'AccountDefaulted':
      invariant(m.shortfallMinor > 0, 'an account that defaults has a shortfall');
      stepAccount(state, m.account, SAGA.defaulted);
      state.paces.end(m.account);
      return true;
    case 'AccountClosedOut':
      defaults.applyAccountClosedOut(state, m.account);
      return true;
    case 'ShortfallCovered':
      defaults.applyShortfallCovered(state, m);
      return true;
    case 'MemberCalled':
      defaults.applyMemberCalled(state, m, sequence);
      return true;
    case 'MemberPaid':
      defaults.applyMemberPaid(state, m);
      return true;
    case 'MemberLate':
      defaults.applyMemberLate(state, m);
      return true;
    case 'MemberDefaulted':
      defaults.applyMemberDefaulted(state, m.member, sequence);
      return true;
    case 'MemberClosedOut':
      stepMember(state, m.member, MEMBER.closedOut);
      return true;
    default:
      return false;
  }
}
