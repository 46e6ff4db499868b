import { type InputMessage, type Message, type MessageNamed, readRecord } from '#libs/events';
import { ACCOUNT_KIND, EXCHANGE_POOL, PAYS, ROLE } from './membership.js';
import { type Participants, STANDING } from './participants.js';
import { BANK_ID } from './publishers.js';
import type { Random } from './random.js';

/** Share of the accounts that ask for a withdrawal in a day, and who tops up after a warning. */
const WITHDRAWALS_PER_DAY = 0.1;
const TOP_UP_PERCENT = 15;
const FAILED_PER_MILLE = 30;
/** Rejection 210. */
const CASH_INSUFFICIENT = 210;
const DAY_US = 86_400_000_000;

type Task =
  | { readonly kind: 'top-up'; readonly account: number; readonly amountMinor: number }
  | { readonly kind: 'call'; readonly account: number; readonly amountMinor: number }
  | { readonly kind: 'member'; readonly member: number }
  | { readonly kind: 'release' | 'pay'; readonly withdrawal: number };

/**
 * Everybody's money: who pays when called, in time, late or never; who tops up after a warning; and
 * withdrawals of the healthy, from the request over the release to the bank's last word.
 */
export class SettlementBank {
  private readonly due = new Map<number, Task[]>();
  /** Open obligations of each member as it was told, minor units. */
  private readonly owedMinor: Float64Array;
  /** Reserved or instructed withdrawals by their sequence. */
  private readonly withdrawals = new Map<number, { account: number; amountMinor: number }>();
  private withdrawalsDue = 0;
  private readonly windowSteps: number;
  private readonly withdrawalsPerStep: number;

  constructor(
    private readonly participants: Participants,
    private readonly random: Random,
    times: { readonly stepUs: number; readonly callWindowUs: number },
  ) {
    const { members } = participants;
    this.owedMinor = new Float64Array(members.members + 1);
    this.windowSteps = Math.floor(times.callWindowUs / times.stepUs);
    this.withdrawalsPerStep = (members.accounts * WITHDRAWALS_PER_DAY * times.stepUs) / DAY_US;
  }

  /** Takes note of a decision (or a recorded withdrawal request) and of its sequence. */
  learn(message: Message, sequence: number, step: number): void {
    switch (message.type) {
      case 'AccountWarned':
        this.considerTopUp(message.account, step);
        return;
      case 'MarginCallIssued':
        this.considerCall(message, step);
        return;
      case 'MemberCalled':
        this.owedMinor[message.member] = this.owedMinor[message.member]! + message.amountMinor;
        if (this.participants.members.memberPays[message.member] === PAYS.inTime) {
          this.plan(this.withinWindow(step, 0.2, 0.5), { kind: 'member', member: message.member });
        }
        return;
      case 'MemberLate':
        if (this.participants.members.memberPays[message.member] !== PAYS.never) {
          this.plan(this.withinWindow(step, 0.2, 0.5), { kind: 'member', member: message.member });
        }
        return;
      case 'MemberPaid': {
        const left = this.owedMinor[message.member]! - message.amountMinor;
        this.owedMinor[message.member] = Math.max(0, left);
        return;
      }
      default:
        this.learnWithdrawal(message, sequence, step);
    }
  }

  /** Appends what the bank says in a step. */
  inputs(step: number, isTrading: boolean, inputs: InputMessage[]): void {
    for (const task of this.due.get(step) ?? []) this.perform(task, step, inputs);
    this.due.delete(step);
    if (!isTrading) return;
    this.withdrawalsDue += this.withdrawalsPerStep;
    while (this.withdrawalsDue >= 1) {
      this.withdrawalsDue -= 1;
      this.requestWithdrawal(inputs);
    }
  }

  private plan(step: number, task: Task): void {
    const tasks = this.due.get(step);
    if (tasks === undefined) this.due.set(step, [task]);
    else tasks.push(task);
  }

  /** A step between two shares of the call window from now. */
  private withinWindow(step: number, from: number, to: number): number {
    const share = from + (to - from) * this.random.unit();
    return step + 1 + Math.floor(share * this.windowSteps);
  }

  private considerTopUp(account: number, step: number): void {
    const { members } = this.participants;
    if (members.pool[account] !== EXCHANGE_POOL || this.random.below(100) >= TOP_UP_PERCENT) return;
    const amountMinor = Math.floor(members.capitalMinor[account]! / 4);
    this.plan(step + 2 + this.random.below(20), { kind: 'top-up', account, amountMinor });
  }

  /** Whoever pays in time looks again shortly before the deadline: the market may have moved on. */
  private considerCall(message: MessageNamed<'MarginCallIssued'>, step: number): void {
    const { account, member, amountMinor } = message;
    const { members } = this.participants;
    const pays = member === 0 ? members.pays[account]! : members.memberPays[member]!;
    if (pays === PAYS.inTime) {
      this.plan(this.withinWindow(step, 0.1, 0.6), { kind: 'call', account, amountMinor });
      this.plan(this.withinWindow(step, 0.85, 0.9), { kind: 'call', account, amountMinor: 0 });
    } else if (pays === PAYS.late) {
      this.plan(this.withinWindow(step, 1.1, 1.5), { kind: 'top-up', account, amountMinor });
    }
  }

  private learnWithdrawal(message: Message, sequence: number, step: number): void {
    if (message.type === 'WithdrawalRequested') {
      const { account, amountMinor } = message;
      this.withdrawals.set(sequence, { account, amountMinor });
      this.plan(step + 2 + this.random.below(6), { kind: 'release', withdrawal: sequence });
    } else if (message.type === 'WithdrawalCancelled') {
      this.giveBack(message.withdrawal);
    } else if (message.type === 'InputRejected') {
      const { buffer, byteOffset, byteLength } = message.input;
      const refused = readRecord(new DataView(buffer, byteOffset, byteLength), 0);
      if (refused.type !== 'WithdrawalRequested') return;
      // Less cash than was believed: what was asked for was not there.
      if (message.reason === CASH_INSUFFICIENT) return;
      this.addCash(refused.account, refused.amountMinor);
    }
  }

  private addCash(account: number, amountMinor: number): void {
    this.participants.book.addCash(account, -1, amountMinor);
  }

  private giveBack(withdrawal: number): void {
    const found = this.withdrawals.get(withdrawal);
    if (found === undefined) return;
    this.withdrawals.delete(withdrawal);
    this.addCash(found.account, found.amountMinor);
  }

  private perform(task: Task, step: number, inputs: InputMessage[]): void {
    switch (task.kind) {
      case 'top-up':
        this.deposit(task.account, task.amountMinor, inputs);
        return;
      case 'call': {
        if (this.participants.standingOf(task.account) !== STANDING.called) return;
        const needed = Math.floor(this.participants.neededMinor(task.account) * 1.3);
        this.deposit(task.account, Math.max(needed, task.amountMinor), inputs);
        return;
      }
      case 'member': {
        const house = this.participants.members.houses[task.member]!;
        const short = Math.max(0, this.participants.neededMinor(house));
        const owed = this.owedMinor[task.member]!;
        this.deposit(house, Math.floor((owed + short) * 1.2), inputs);
        return;
      }
      default:
        this.settleWithdrawal(task.kind, task.withdrawal, step, inputs);
    }
  }

  private deposit(account: number, amountMinor: number, inputs: InputMessage[]): void {
    if (amountMinor < 1) return;
    this.addCash(account, amountMinor);
    inputs.push({ type: 'CollateralDeposited', ...head, account, currency: 1, amountMinor });
  }

  private settleWithdrawal(
    kind: 'release' | 'pay',
    withdrawal: number,
    step: number,
    inputs: InputMessage[],
  ): void {
    if (!this.withdrawals.has(withdrawal)) return;
    if (kind === 'release') {
      inputs.push({ type: 'WithdrawalReleased', ...head, withdrawal });
      this.plan(step + 3 + this.random.below(8), { kind: 'pay', withdrawal });
      return;
    }
    const isFailed = this.random.below(1000) < FAILED_PER_MILLE;
    if (isFailed) this.giveBack(withdrawal);
    else this.withdrawals.delete(withdrawal);
    inputs.push({ type: isFailed ? 'PaymentFailed' : 'PaymentConfirmed', ...head, withdrawal });
  }

  /** Somebody with more than enough takes a part of it home. */
  private requestWithdrawal(inputs: InputMessage[]): void {
    const { members, book } = this.participants;
    const account = 1 + this.random.below(members.count);
    const share = 0.05 + 0.15 * this.random.unit();
    const isOwner =
      members.role[account] === ROLE.trader && members.kind[account] !== ACCOUNT_KIND.grossClient;
    if (!isOwner || !this.participants.canWithdraw(account)) return;
    const free = Math.min(book.cashMinor[account]!, -2 * this.participants.neededMinor(account));
    const amountMinor = Math.floor(free * share);
    if (amountMinor < 1) return;
    this.addCash(account, -amountMinor);
    inputs.push({ type: 'WithdrawalRequested', ...head, account, currency: 1, amountMinor });
  }
}

const head = { publisherSequence: 0, publisher: BANK_ID } as const;
