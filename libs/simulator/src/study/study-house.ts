import { ClearingHouse, FrameBuffer, HouseState } from '#libs/clearing-house';
import type { Planner } from '#libs/default-management';
import {
  type InputMessage,
  layoutByTemplate,
  type Message,
  type MessageName,
  readRecord,
  recordLengthAt,
  templateIdAt,
  writeRecord,
} from '#libs/events';

/** What a study reads of the log; prices and trades it made itself. */
const TOLD: ReadonlySet<MessageName> = new Set<MessageName>([
  'MarginBreached',
  'LiquidationOpened',
  'LiquidationOrderIssued',
  'LiquidationCompleted',
  'AccountDefaulted',
  'ShortfallCovered',
  'AccountClosedOut',
  'PositionDeleveraged',
  'TradeRejected',
  'InputRejected',
]);
const isTold = Array.from({ length: 256 }, (_, templateId) => {
  const layout = layoutByTemplate(templateId);
  return layout !== undefined && TOLD.has(layout.name);
});

/**
 * The real clearing house in process, driven as the node drives it: a slice of a running sweep after each
 * input, all sweeps finished before log time moves, conservation asserted at the end of each frame.
 */
export class StudyHouse {
  readonly house: ClearingHouse;
  private readonly scratch = new DataView(new ArrayBuffer(1 << 16));
  private told: Message[] = [];
  records = 0;

  constructor(planner: Planner | undefined) {
    const frame = new FrameBuffer();
    this.house = new ClearingHouse(new HouseState(), frame, undefined, undefined, planner);
  }

  /** Log time moves, which fires what is due. */
  advance(timeUs: number): void {
    this.finish();
    if (timeUs > this.house.state.clock.timeUs) this.house.advanceTime(timeUs);
  }

  submit(input: InputMessage): void {
    if (this.house.isFrameFull) this.cut();
    writeRecord(this.scratch, 0, input, 0);
    this.house.submit(this.scratch, 0);
    this.house.continueSweep();
  }

  /** Finishes all sweeps and gives what was decided since the last call. */
  decisions(): Message[] {
    this.finish();
    const { told } = this;
    this.told = [];
    return told;
  }

  /** Equity and requirements of an account as they stand, minor units. */
  figures(account: number): { equity: number; maintenance: number; initial: number } {
    const { judgement } = this.house;
    judgement.evaluation.evaluate(account);
    const { equityMinor, maintenanceMinor, initialMinor } = judgement.figures();
    return { equity: equityMinor, maintenance: maintenanceMinor, initial: initialMinor };
  }

  private finish(): void {
    while (this.house.hasRunningSweep) {
      if (this.house.isFrameFull) this.cut();
      this.house.continueSweep();
    }
    this.cut();
  }

  private cut(): void {
    const { frame } = this.house;
    let at = 0;
    for (let k = 0; k < frame.count; k++) {
      if (isTold[templateIdAt(frame.view, at)] === true) {
        this.told.push(readRecord(frame.view, at));
      }
      at += recordLengthAt(frame.view, at);
    }
    this.records += frame.count;
    this.house.assertConserved();
    this.house.beginFrame();
  }
}
