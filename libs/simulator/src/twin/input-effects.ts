import type { InputMessage } from '#libs/events';
import { takeCancelled } from './cancelling.js';
import * as cash from './cash-movements.js';
import { jumpTime } from './deadlines.js';
import { decimal } from './decimal-arithmetic.js';
import { tryObligations } from './defaulting.js';
import { textOf } from './enumerations.js';
import { defineIndex, takeSource } from './index-rules.js';
import { judge, judgePair } from './judging.js';
import * as listing from './listing.js';
import * as market from './market-rules.js';
import { takeReport } from './open-orders.js';
import { takeAnswer } from './order-answers.js';
import { publishRulebook } from './rulebook-rules.js';
import { startMarginSweep } from './sweep-start.js';
import { takeTerm } from './term-rules.js';
import { bust } from './trading.js';
import type { TwinContext } from './twin-context.js';
import { rowOf, type TwinState, unitOf } from './twin-state.js';

type Other = Exclude<InputMessage, { type: 'TradeReported' }>;

/** What an accepted input does and what it causes; its own event is `cause`. */
export function followInput(twin: TwinContext, m: Other, cause: number): void {
  if (list(twin, m, cause) || moveCash(twin, m, cause)) return;
  followMarket(twin, m, cause);
}

function list(twin: TwinContext, m: Other, cause: number): boolean {
  const { state } = twin;
  if (listParty(state, m)) return true;
  switch (m.type) {
    case 'AccountOpened':
      listing.openAccount(state, m);
      return true;
    case 'AccountClosed':
      rowOf(state.accounts, m.account).isClosed = true;
      return true;
    case 'InstrumentListed':
      listing.listInstrument(state, m);
      return true;
    case 'RulebookPublished':
      if (publishRulebook(state, m)) startMarginSweep(twin, cause);
      return true;
    case 'LogicActivated':
      state.logicVersion = m.logicVersion;
      return true;
    case 'TimeJumpAccepted':
      jumpTime(state, m.resumeAt);
      return true;
    case 'MemberReinstated':
      listing.reinstate(state, m.member);
      return true;
    default:
      return false;
  }
}

function listParty(state: TwinState, m: Other): boolean {
  switch (m.type) {
    case 'PublisherRegistered':
      state.publishers.set(state.publishers.size + 1, { name: m.name, lastSequence: 0 });
      return true;
    case 'VenueConnected': {
      const isOnAck = textOf('acceptances', m.acceptance) === 'novation-on-ack';
      state.venues.set(state.venues.size + 1, { name: m.name, isOnAck });
      return true;
    }
    case 'MemberAdmitted':
      listing.admitMember(state, m.name);
      return true;
    case 'CurrencyListed':
      listing.listCurrency(state, m);
      return true;
    case 'PoolOpened':
      listing.openPool(state, m);
      return true;
    default:
      return false;
  }
}

function moveCash(twin: TwinContext, m: Other, cause: number): boolean {
  const { state } = twin;
  switch (m.type) {
    case 'CollateralDeposited':
      cash.deposit(state, m);
      judge(twin, m.account, 0, cause);
      tryObligations(twin, m.account, cause);
      return true;
    case 'WithdrawalRequested':
      cash.requestWithdrawal(state, m, cause);
      return true;
    case 'WithdrawalReleased': {
      const { withdrawal } = m;
      const reason = cash.release(state, withdrawal);
      if (reason !== 0) twin.emit({ type: 'WithdrawalCancelled', withdrawal, reason }, cause);
      return true;
    }
    case 'PaymentConfirmed':
      cash.endPayment(state, m.withdrawal, true);
      return true;
    case 'PaymentFailed': {
      const { account } = cash.endPayment(state, m.withdrawal, false);
      judge(twin, account, 0, cause);
      tryObligations(twin, account, cause);
      return true;
    }
    case 'FundContributed':
      cash.contribute(state, m);
      return true;
    default:
      return false;
  }
}

function followMarket(twin: TwinContext, m: Other, cause: number): void {
  const { state } = twin;
  switch (m.type) {
    case 'PriceObserved':
      market.takePrice(twin, m, cause);
      return;
    case 'CurrencyPriceObserved':
      rowOf(state.currencies, m.currency).priceMicros = decimal(m.priceMicros);
      startMarginSweep(twin, cause);
      return;
    case 'VolatilitySurfaceObserved':
      state.surfaces.set(m.instrument, m);
      return;
    case 'MarketDepthObserved':
      rowOf(state.instruments, m.instrument).depthObservedAt = m.observedAt;
      return;
    case 'ForwardObserved':
      takeTerm(state, state.forwards, m.instrument, m);
      return;
    case 'RateObserved':
      takeTerm(state, state.rates, m.currency, m);
      return;
    case 'IndexDefined':
      defineIndex(twin, m, cause);
      return;
    case 'IndexSourceObserved':
      takeSource(twin, m, cause);
      return;
    case 'MarketStateSet':
      market.setMarketState(twin, m, cause);
      return;
    case 'SettlementPricePublished':
      market.settle(twin, m, cause);
      return;
    case 'FundingRatePublished':
      market.fund(twin, m, cause);
      return;
    case 'SettlementCycleClosed':
      state.businessDate = m.nextDate;
      return;
    case 'TradeBustRequested':
      bust(state, m);
      judgePair(twin, unitOf(state, m.buyer), unitOf(state, m.seller), cause);
      return;
    case 'LiquidationOrderAnswered':
      takeAnswer(twin, m, cause);
      return;
    case 'OpenOrderExposureReported':
      takeReport(twin, m, cause);
      return;
    case 'OrderCancellationAnswered':
      takeCancelled(twin, m, cause);
      return;
    default:
      throw new Error(`no rule for ${m.type}`);
  }
}
