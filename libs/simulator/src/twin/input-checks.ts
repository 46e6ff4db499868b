import type { InputMessage } from '#libs/events';
import * as cash from './cash-movements.js';
import { checkCancelled } from './cancelling.js';
import * as index from './index-rules.js';
import * as listing from './listing.js';
import * as market from './market-rules.js';
import { checkReport } from './open-orders.js';
import { checkAnswer } from './order-answers.js';
import { checkRulebook } from './rulebook-rules.js';
import { checkSurface } from './surface-rules.js';
import { checkForward, checkRate } from './term-rules.js';
import { checkBust } from './trading.js';
import type { TwinState } from './twin-state.js';

type Other = Exclude<InputMessage, { type: 'TradeReported' }>;

/** The reason to refuse an input of a known publisher, or 0. */
export function checkInput(state: TwinState, m: Other): number {
  switch (m.type) {
    case 'PublisherRegistered':
    case 'VenueConnected':
    case 'MemberAdmitted':
      return listing.checkParty(state, m);
    case 'CurrencyListed':
      return listing.checkCurrency(state, m);
    case 'PoolOpened':
      return listing.checkPool(state, m);
    case 'AccountOpened':
      return listing.checkAccount(state, m);
    case 'AccountClosed':
      return listing.checkClose(state, m);
    case 'InstrumentListed':
      return listing.checkInstrument(state, m);
    case 'RulebookPublished':
      return checkRulebook(state, m);
    case 'LogicActivated':
      return listing.checkLogic(state, m);
    case 'TimeJumpAccepted':
      return m.resumeAt < state.timeUs ? 530 : 0;
    case 'MemberReinstated':
      return listing.checkReinstatement(state, m.member);
    case 'CollateralDeposited':
      return cash.checkMovement(state, m);
    case 'WithdrawalRequested':
      return cash.checkWithdrawal(state, m);
    case 'WithdrawalReleased':
      return cash.checkRelease(state, m.withdrawal);
    case 'PaymentConfirmed':
    case 'PaymentFailed':
      return cash.checkPayment(state, m.withdrawal);
    case 'FundContributed':
      return cash.checkContribution(state, m);
    case 'TradeBustRequested':
      return checkBust(state, m);
    case 'LiquidationOrderAnswered':
      return checkAnswer(state, m);
    case 'OpenOrderExposureReported':
      return checkReport(state, m);
    case 'OrderCancellationAnswered':
      return checkCancelled(state, m);
    default:
      return checkMarket(state, m);
  }
}

/** The same of what feeds and operators say of markets. */
function checkMarket(state: TwinState, m: Other): number {
  switch (m.type) {
    case 'PriceObserved':
      return market.checkPrice(state, m);
    case 'CurrencyPriceObserved':
      return market.checkCurrencyPrice(state, m);
    case 'MarketDepthObserved':
      return market.checkDepth(state, m);
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
      throw new Error(`no rule for ${m.type}`);
  }
}
