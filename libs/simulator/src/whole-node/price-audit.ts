import { P } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import type { Frame } from '#libs/event-log';
import { type Message, readRecord } from '#libs/events';
import { negated } from '#libs/units';
import { forEachRecord } from '#libs/replay';
import type { Violations } from './violations.js';

/** What must never rest on an old price. */
const JUDGED: ReadonlySet<Message['type']> = new Set([
  ...(['MarginBreached', 'MarginCallMissed', 'LiquidationOpened'] as const),
  ...(['LiquidationOrderIssued', 'MarginCallIssued'] as const),
]);

/**
 * Log time and prices, kept apart from the house: time never advances by more than the set step
 * without acceptance; nobody is judged who holds a market without a price of its own time.
 */
export class PriceAudit {
  private logTimeUs = 0;
  private readonly staleAfterUs = new Map<number, number>();
  private readonly pricedAtUs = new Map<number, number>();
  /** Sequences at which members defaulted. */
  private readonly defaults = new Set<number>();
  private readonly lots = new Map<number, Map<number, number>>();

  constructor(
    /** The fold up to the frame before. */
    private readonly state: HouseState,
    private readonly timeStepMaxUs: number,
    private readonly violations: Violations,
  ) {}

  frame(frame: Frame): void {
    const { frameTimeUs } = frame;
    const step = frameTimeUs - this.logTimeUs;
    this.violations.check(step >= 0, () => 'log time went back');
    this.violations.check(
      this.logTimeUs === 0 || step <= this.timeStepMaxUs,
      () => 'log time jumped and nobody had accepted it',
      frame.firstSequence,
    );
    this.logTimeUs = frameTimeUs;
    this.readLots();
    let lastPrice = { instrument: 0, pricedAtUs: undefined as number | undefined };
    forEachRecord(frame, (view, at, sequence) => {
      const message = readRecord(view, at);
      if (message.type === 'InstrumentListed') {
        this.staleAfterUs.set(this.staleAfterUs.size + 1, message.staleAfterUs);
      } else if (message.type === 'PriceObserved') {
        const { instrument } = message;
        lastPrice = { instrument, pricedAtUs: this.pricedAtUs.get(instrument) };
        this.pricedAtUs.set(instrument, this.logTimeUs);
      } else if (message.type === 'PriceQuarantined') {
        if (lastPrice.pricedAtUs === undefined) this.pricedAtUs.delete(lastPrice.instrument);
        else this.pricedAtUs.set(lastPrice.instrument, lastPrice.pricedAtUs);
      } else if (message.type === 'TimeJumpAccepted') {
        this.logTimeUs = message.resumeAt;
        this.pricedAtUs.clear();
      } else if (message.type === 'TradeNovated') {
        this.move(message.buyer, message.instrument, message.quantityLots);
        this.move(message.seller, message.instrument, negated(message.quantityLots));
      } else if (message.type === 'MemberDefaulted') {
        this.defaults.add(sequence);
      } else if (message.type === 'LiquidationOpened' && this.defaults.has(message.breach)) {
        // It rests on money that did not come; its orders wait for fresh prices like all others.
      } else if (JUDGED.has(message.type) && 'account' in message) {
        this.judged(message.account, message.type, sequence);
      }
    });
  }

  private judged(account: number, type: string, sequence: number): void {
    for (const [instrument, lots] of this.lots.get(account) ?? []) {
      if (lots === 0) continue;
      const pricedAtUs = this.pricedAtUs.get(instrument);
      const staleAfterUs = this.staleAfterUs.get(instrument) ?? 0;
      this.violations.check(
        pricedAtUs !== undefined && this.logTimeUs - pricedAtUs < staleAfterUs,
        () => `${type} rests on a market without a fresh price`,
        sequence,
      );
    }
  }

  private move(account: number, instrument: number, lots: number): void {
    const held = this.lots.get(account) ?? new Map<number, number>();
    held.set(instrument, (held.get(instrument) ?? 0) + lots);
    this.lots.set(account, held);
  }

  /** Positions before the frame, from the fold. */
  private readLots(): void {
    const { accounts, positions } = this.state;
    for (let account = 1; account <= accounts.count; account++) {
      const held = new Map<number, number>();
      const first = positions.first(account);
      for (let row = first; row < first + positions.countOf(account); row++) {
        held.set(positions.get(row, P.instrument), positions.get(row, P.lots));
      }
      this.lots.set(account, held);
    }
  }
}
