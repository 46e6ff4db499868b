import { PUBLISHER } from '#libs/clearing';
import { ClearingHouse } from '#libs/clearing-house';
import { causeDistanceAt, layouts, offsetsOf, templateIdAt } from '#libs/events';
import type { Frame } from '#libs/event-log';
import { forEachRecord, hex, RecordedInput, rootsOf } from '#libs/replay';
import { getInt64 } from '#libs/units';

const HEAD = offsetsOf('PriceObserved');
const TRADE_REJECTED = layouts.TradeRejected.templateId;
const INPUT_REJECTED = layouts.InputRejected.templateId;

/**
 * A fresh house that is given the accepted inputs of a log, at their times, and nothing of what was
 * refused. Ids are made of sequences, so each input takes the sequence that it had.
 */
export class AcceptedInputs {
  readonly house = new ClearingHouse();
  accepted = 0;
  refused = 0;
  private readonly input = new RecordedInput();

  take(frame: Frame): void {
    const { house } = this;
    this.goTo(frame.firstSequence);
    if (frame.frameTimeUs > house.state.clock.timeUs) house.advanceTime(frame.frameTimeUs);
    forEachRecord(frame, (view, at, sequence) => {
      if (causeDistanceAt(view, at) === 0) this.redo(view, at, sequence);
    });
  }

  get businessRoot(): string {
    return hex(rootsOf(this.house.state).businessRoot);
  }

  private redo(view: DataView, at: number, sequence: number): void {
    const { house, input } = this;
    const template = templateIdAt(view, at);
    if (template === TRADE_REJECTED || template === INPUT_REJECTED) {
      this.refused += 1;
      return;
    }
    const origin = input.read(view, at);
    if (origin === 'deadline') return; // fired when time advanced
    this.goTo(sequence);
    if (origin === 'slice') house.continueSweep();
    if (origin === 'time') house.recordTime();
    if (origin !== 'input') return;
    this.expectNumber(input.view);
    const outcome = house.submit(input.view, 0);
    if (outcome !== 0) throw new Error(`event ${String(sequence)} is refused without the refused`);
    this.accepted += 1;
  }

  /** Numbers have gaps where something was refused: whatever number comes is the next. */
  private expectNumber(view: DataView): void {
    const number = getInt64(view, HEAD.publisherSequence);
    const publisher = view.getUint32(HEAD.publisher, true);
    const { publishers } = this.house.state;
    if (number > 0) publishers.set(publisher, PUBLISHER.lastSequence, number - 1);
  }

  private goTo(sequence: number): void {
    // Past what was refused, as if the frame before had held it.
    this.house.frame.begin(sequence);
    this.house.state.clock.sequence = sequence - 1;
    this.house.beginFrame();
  }
}
