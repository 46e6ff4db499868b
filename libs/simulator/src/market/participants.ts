import type { Message } from '#libs/events';
import { ACCOUNT_KIND, type Membership } from './membership.js';
import type { PositionBook } from './position-book.js';
import { INITIAL_GUESS_PPM } from './rulebooks.js';

/** What the participants know of a margin unit. */
export const STANDING = { active: 0, called: 1, liquidating: 2, closedOut: 3 } as const;

/** The first and the last of the payers of ShortfallCovered: a member's house account, nobody. */
const HOUSE_ACCOUNT = 0;
const UNCOVERED = 4;

/** Keeps the standing of every margin unit from the decisions that its owner is told. */
export class Participants {
  private readonly standing: Uint8Array;
  /** 1 when the pool has losses that nobody covered: withdrawals wait there. */
  private readonly isUnderWater = new Uint8Array(3);
  /** Clients of each omnibus-gross account, by its id. */
  private readonly clients = new Map<number, number[]>();

  constructor(
    readonly members: Membership,
    readonly book: PositionBook,
  ) {
    this.standing = new Uint8Array(members.accounts + 1);
    for (let account = 1; account <= members.count; account++) {
      const parent = members.parent[account]!;
      if (parent === 0) continue;
      const siblings = this.clients.get(parent) ?? [];
      siblings.push(account);
      this.clients.set(parent, siblings);
    }
  }

  standingOf(unit: number): number {
    return this.standing[unit]!;
  }

  /** Whether an account may trade as it likes. */
  isActive(account: number): boolean {
    return this.standing[this.members.unitOf(account)] === STANDING.active;
  }

  /** Whether somebody healthy may take money out of the pool of an account. */
  canWithdraw(account: number): boolean {
    return this.isActive(account) && this.isUnderWater[this.members.pool[account]!] === 0;
  }

  /** Takes note of a decision. */
  learn(message: Message): void {
    switch (message.type) {
      case 'MarginCallIssued':
        this.standing[message.account] = STANDING.called;
        return;
      case 'LiquidationOpened':
        this.standing[message.account] = STANDING.liquidating;
        return;
      case 'MarginCallMet':
      case 'LiquidationCompleted':
        this.standing[message.account] = STANDING.active;
        return;
      case 'AccountDefaulted':
      case 'AccountClosedOut':
        this.standing[message.account] = STANDING.closedOut;
        return;
      case 'MemberPaid':
        this.paidByHouse(message.member, message.amountMinor);
        return;
      case 'ShortfallCovered':
        if (message.payer === UNCOVERED) this.isUnderWater[this.members.pool[message.account]!] = 1;
        if (message.payer === HOUSE_ACCOUNT) this.paidByHouse(message.member, message.amountMinor);
        return;
      default:
    }
  }

  private paidByHouse(member: number, amountMinor: number): void {
    this.book.addCash(this.members.houses[member]!, -1, -amountMinor);
  }

  /** What a unit would have to pay in to be at its guessed initial margin; below 0 an excess. */
  neededMinor(unit: number): number {
    const { members, book } = this;
    const rate = INITIAL_GUESS_PPM[members.pool[unit]!]!;
    let equity = book.equityMinor(unit);
    let notional = book.notionalMinor(unit);
    if (members.kind[unit] === ACCOUNT_KIND.omnibusGross) {
      for (const client of this.clients.get(unit) ?? []) {
        equity += book.equityMinor(client) - members.capitalMinor[client]!;
        notional += book.notionalMinor(client);
      }
    }
    return Math.floor((notional * rate) / 1_000_000 - equity);
  }
}
