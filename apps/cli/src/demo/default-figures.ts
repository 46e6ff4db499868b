import type { Message } from '#libs/events';

/** Payers of a shortfall, as ShortfallCovered numbers them. */
export const PAYERS = [
  'house accounts',
  'default fund',
  'liquidation fund',
  'own capital',
  'uncovered',
] as const;
const HOUSE_ACCOUNTS = 0;
/** Layers as FundContributed numbers them. */
export const LAYERS = ['liquidation fund', 'own capital', 'default fund'] as const;

/** Breaches, calls, liquidations and defaults, counted from what was recorded. */
export class DefaultFigures {
  warnings = 0;
  breaches = 0;
  callsIssued = 0;
  callsMet = 0;
  callsMissed = 0;
  callsExtended = 0;
  ordersIssued = 0;
  ordersClosed = 0;
  ordersUnresolved = 0;
  completed = 0;
  defaults = 0;
  shortfallMinor = 0;
  readonly coveredMinor = new Float64Array(PAYERS.length);
  readonly contributedMinor = new Float64Array(LAYERS.length);
  readonly called = new Set<number>();
  readonly liquidated = new Set<number>();
  readonly membersCalled = new Set<number>();
  readonly membersLate = new Set<number>();
  readonly membersDefaulted = new Set<number>();
  withdrawalsRequested = 0;
  withdrawalsCancelled = 0;

  learn(message: Message): void {
    switch (message.type) {
      case 'AccountWarned':
        this.warnings += 1;
        return;
      case 'MarginBreached':
        this.breaches += 1;
        return;
      case 'MarginCallIssued':
        this.callsIssued += 1;
        this.called.add(message.account);
        return;
      case 'MarginCallMet':
        this.callsMet += 1;
        return;
      case 'MarginCallMissed':
        this.callsMissed += 1;
        return;
      case 'MarginCallExtended':
        this.callsExtended += 1;
        return;
      case 'LiquidationOpened':
        this.liquidated.add(message.account);
        return;
      case 'LiquidationOrderIssued':
        this.ordersIssued += 1;
        return;
      case 'LiquidationOrderUnresolved':
        this.ordersUnresolved += 1;
        return;
      case 'LiquidationOrderClosed':
        this.ordersClosed += 1;
        return;
      case 'LiquidationCompleted':
        this.completed += 1;
        return;
      default:
        this.learnDefault(message);
    }
  }

  private learnDefault(message: Message): void {
    switch (message.type) {
      case 'AccountDefaulted':
        this.defaults += 1;
        this.shortfallMinor += message.shortfallMinor;
        return;
      case 'ShortfallCovered':
        add(this.coveredMinor, message.payer, message.amountMinor);
        return;
      case 'MemberPaid':
        add(this.coveredMinor, HOUSE_ACCOUNTS, message.amountMinor);
        return;
      case 'MemberCalled':
        this.membersCalled.add(message.member);
        return;
      case 'MemberLate':
        this.membersLate.add(message.member);
        return;
      case 'MemberDefaulted':
        this.membersDefaulted.add(message.member);
        return;
      case 'FundContributed':
        add(this.contributedMinor, message.layer, message.amountMinor);
        return;
      case 'WithdrawalRequested':
        this.withdrawalsRequested += 1;
        return;
      case 'WithdrawalCancelled':
        this.withdrawalsCancelled += 1;
        return;
      default:
    }
  }
}

function add(amounts: Float64Array, place: number, amount: number): void {
  amounts[place] = amounts[place]! + amount;
}
