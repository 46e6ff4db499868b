import { type Message, readRecord } from '#libs/events';
import type { SymbolPath, Timeline } from './timeline.js';

/** Who pays for a shortfall, as ShortfallCovered numbers them. */
export const PAYERS = [
  'house-account',
  'default-fund',
  'liquidation-fund',
  'own-capital',
  'uncovered',
] as const;

/** What happened in a simulated day, added up from what was sent and what was decided. */
export class DaySummary {
  /** Decisions and recorded inputs that were told, by message name. */
  readonly counts: Record<string, number> = {};
  /** Refused trades and other refused inputs, by `reason`. */
  readonly rejections: Record<string, number> = {};
  /** Refused inputs by `name reason`, for whoever wants to know which. */
  readonly refusedInputs: Record<string, number> = {};
  /** Notional of the fills of liquidation orders in each bar, reference minor units. */
  readonly liquidatedMinor: Float64Array;
  /** Paid by each of PAYERS, base minor units. */
  readonly coveredMinor = new Float64Array(PAYERS.length);
  trades = 0;
  fills = 0;
  private readonly liquidatedUnits = new Set<number>();
  private readonly calledUnits = new Set<number>();
  private readonly insolventUnits = new Set<number>();
  private readonly membersCalled = new Set<number>();
  private readonly membersLate = new Set<number>();
  private readonly membersDefaulted = new Set<number>();

  constructor(private readonly timeline: Timeline) {
    this.liquidatedMinor = new Float64Array(timeline.barCount);
  }

  /** Price of a symbol at the end of each bar, ticks. */
  closesTicks(path: SymbolPath): Float64Array {
    const { stepsPerBar, barCount } = this.timeline;
    return Float64Array.from(
      { length: barCount },
      (_, bar) => path.stepTicks[(bar + 1) * stepsPerBar - 1]!,
    );
  }

  liquidated(step: number, notionalMinor: number): void {
    const bar = this.timeline.barOf(step);
    this.liquidatedMinor[bar] = this.liquidatedMinor[bar]! + notionalMinor;
    this.fills += 1;
  }

  /** Takes note of a decision. */
  learn(message: Message): void {
    this.counts[message.type] = (this.counts[message.type] ?? 0) + 1;
    switch (message.type) {
      case 'TradeRejected':
        this.refused('TradeReported', message.reason);
        return;
      case 'InputRejected':
        this.refused(refusedType(message.input), message.reason);
        return;
      case 'MarginCallIssued':
        this.calledUnits.add(message.account);
        return;
      case 'LiquidationOpened':
        this.liquidatedUnits.add(message.account);
        return;
      case 'AccountDefaulted':
        this.insolventUnits.add(message.account);
        return;
      case 'ShortfallCovered':
        this.coveredMinor[message.payer] = this.coveredMinor[message.payer]! + message.amountMinor;
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
      default:
    }
  }

  private refused(type: string, reason: number): void {
    this.rejections[reason] = (this.rejections[reason] ?? 0) + 1;
    const key = `${type} ${String(reason)}`;
    this.refusedInputs[key] = (this.refusedInputs[key] ?? 0) + 1;
  }

  /** The figures that people ask for first. */
  figures() {
    let liquidatedMinor = 0;
    for (const amount of this.liquidatedMinor) liquidatedMinor += amount;
    return {
      trades: this.trades,
      liquidationFills: this.fills,
      liquidatedMinor,
      breaches: this.counts['MarginBreached'] ?? 0,
      ordersIssued: this.counts['LiquidationOrderIssued'] ?? 0,
      ordersClosed: this.counts['LiquidationOrderClosed'] ?? 0,
      unitsCalled: this.calledUnits.size,
      unitsLiquidated: this.liquidatedUnits.size,
      unitsInsolvent: this.insolventUnits.size,
      membersCalled: this.membersCalled.size,
      membersLate: this.membersLate.size,
      membersDefaulted: this.membersDefaulted.size,
    };
  }
}

function refusedType(input: Uint8Array): string {
  return readRecord(new DataView(input.buffer, input.byteOffset, input.byteLength), 0).type;
}
