import type { Measured } from '#libs/events';
import { ACCEPTED } from '#libs/clearing';
import { ArithmeticOverflow } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { checkDepth } from './breaker.js';
import * as bust from './bust.js';
import * as cash from './cash.js';
import * as cancellation from './cancellation.js';
import type { DecisionContext } from './context.js';
import * as market from './market.js';
import * as index from './market-index.js';
import * as openOrders from './open-orders.js';
import * as orders from './orders.js';
import * as reference from './reference-data.js';
import { checkRulebook } from './rulebook.js';
import { openEpoch } from './valuation-epoch.js';
import { checkSurface } from './surface.js';
import { checkForward, checkRate } from './term-market.js';
import { tryObligations } from './default.js';

/** Not an input at all: made by the clearing house only. */
const NOT_AN_INPUT = 603;
const ARITHMETIC_LIMIT = 113;

/** The reason to refuse an input other than a trade, or ACCEPTED. Changes nothing. */
export function checkInput(context: DecisionContext, m: Measured): number {
  const { state } = context;
  if (!('publisherSequence' in m)) return NOT_AN_INPUT;
  if (!state.publishers.has(m.publisher)) return 101;
  try {
    return checkReferenceData(state, m) ?? checkBusiness(context, m) ?? NOT_AN_INPUT;
  } catch (error) {
    // A check changes nothing: what cannot be computed of an input is refused.
    if (error instanceof ArithmeticOverflow) return ARITHMETIC_LIMIT;
    throw error;
  }
}

function checkReferenceData(state: HouseState, m: Measured): number | undefined {
  switch (m.type) {
    case 'PublisherRegistered':
      return reference.checkName(state, 'publisher', m.name, state.publishers.count);
    case 'VenueConnected':
      return reference.checkName(state, 'venue', m.name, state.venues.count);
    case 'MemberAdmitted':
      return reference.checkName(state, 'member', m.name, state.members.count);
    case 'CurrencyListed':
      return reference.checkCurrency(state, m);
    case 'PoolOpened':
      return reference.checkPool(state, m);
    case 'AccountOpened':
      return reference.checkAccount(state, m);
    case 'AccountClosed':
      return reference.checkClose(state, m);
    case 'InstrumentListed':
      return reference.checkInstrument(state, m);
    case 'RulebookPublished':
      return checkRulebook(state, m);
    case 'LogicActivated':
      return reference.checkLogic(state, m);
    case 'TimeJumpAccepted':
      return m.resumeAt < state.clock.timeUs ? 530 : ACCEPTED;
    case 'MemberReinstated':
      return reference.checkReinstatement(state, m);
    default:
      return undefined;
  }
}

function checkBusiness(context: DecisionContext, m: Measured): number | undefined {
  const { state } = context;
  switch (m.type) {
    case 'CollateralDeposited':
      return cash.checkDeposit(state, m);
    case 'WithdrawalRequested':
      return cash.checkWithdrawal(context, m);
    case 'WithdrawalReleased':
      return cash.checkRelease(state, m);
    case 'PaymentConfirmed':
    case 'PaymentFailed':
      return cash.checkPayment(state, m);
    case 'FundContributed':
      return cash.checkFund(state, m);
    case 'TradeBustRequested':
      return bust.checkBust(state, m);
    case 'LiquidationOrderAnswered':
      return orders.checkAnswer(state, m);
    case 'OpenOrderExposureReported':
      return openOrders.checkReport(state, m);
    case 'OrderCancellationAnswered':
      return cancellation.checkCancelled(state, m);
    default:
      return checkMarket(state, m);
  }
}

function checkMarket(state: HouseState, m: Measured): number | undefined {
  switch (m.type) {
    case 'PriceObserved':
      return market.checkPrice(state, m);
    case 'CurrencyPriceObserved':
      return market.checkCurrencyPrice(state, m);
    case 'MarketDepthObserved':
      return checkDepth(state, m);
    case 'VolatilitySurfaceObserved':
      return checkSurface(state, m);
    case 'ForwardObserved':
      return checkForward(state, m);
    case 'RateObserved':
      return checkRate(state, m);
    case 'IndexDefined':
      return index.checkDefinition(state, m);
    case 'IndexSourceObserved':
      return index.checkSource(state, m);
    case 'MarketStateSet':
      return market.checkMarketState(state, m);
    case 'SettlementPricePublished':
      return market.checkSettlement(state, m);
    case 'FundingRatePublished':
      return market.checkFunding(state, m);
    case 'SettlementCycleClosed':
      return market.checkCycle(state, m);
    default:
      return undefined;
  }
}

/**
 * What an accepted input causes, in two halves: this looks at the state before the input is applied
 * and returns what to do after it is.
 */
export function consequenceOf(context: DecisionContext, m: Measured): (cause: number) => void {
  const { state, judgement } = context;
  switch (m.type) {
    case 'PriceObserved': {
      const before = market.beforePrice(state, m);
      return (cause) => market.afterPrice(context, m, before, cause);
    }
    case 'WithdrawalReleased': {
      const reason = cash.recheckRelease(context, m);
      return (cause) => {
        if (reason === ACCEPTED) return;
        const { withdrawal } = m;
        context.emit({ type: 'WithdrawalCancelled', withdrawal, reason }, cause);
      };
    }
    case 'PaymentFailed': {
      const account = state.withdrawals.open.get(m.withdrawal)?.account ?? 0;
      return (cause) => {
        judgement.judge(account, 0, cause);
        tryObligations(context, account, cause);
      };
    }
    case 'RulebookPublished':
      return (cause) => {
        if (state.rulebooks.inForce(m.pool)?.source.rulebookVersion === m.rulebookVersion) {
          market.startMarginSweep(context, openEpoch(context, cause) || cause);
        }
      };
    default:
      return (cause) => afterwards(context, m, cause);
  }
}

function afterwards(context: DecisionContext, m: Measured, cause: number): void {
  const { state, judgement } = context;
  switch (m.type) {
    case 'CollateralDeposited':
      cash.afterDeposit(context, m, cause);
      return;
    case 'CurrencyPriceObserved':
      market.afterCurrencyPrice(context, m, cause);
      return;
    case 'VolatilitySurfaceObserved':
    case 'ForwardObserved':
    case 'RateObserved':
      market.afterTermMarket(context, cause);
      return;
    case 'IndexDefined':
    case 'IndexSourceObserved':
      index.determineIndex(context, m.instrument, cause);
      return;
    case 'MarketStateSet':
      market.afterMarketState(context, m, cause);
      return;
    case 'SettlementPricePublished':
      market.afterSettlement(context, m, cause);
      return;
    case 'FundingRatePublished':
      market.afterFunding(context, m, cause);
      return;
    case 'TradeBustRequested':
      judgement.judgePair(state.accounts.unitOf(m.buyer), state.accounts.unitOf(m.seller), cause);
      return;
    case 'LiquidationOrderAnswered':
      orders.afterAnswer(context, m, cause);
      return;
    case 'OpenOrderExposureReported':
      openOrders.afterReport(context, m, cause);
      return;
    case 'OrderCancellationAnswered':
      cancellation.goOnAfterCancellation(context, m.account, cause);
      return;
    default:
  }
}
