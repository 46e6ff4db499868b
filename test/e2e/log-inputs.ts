import { FileEventLog } from '#libs/event-log-file';
import { causeDistanceAt, layouts, offsetsOf, templateIdAt } from '#libs/events';
import type { Frame } from '#libs/event-log';
import { forEachRecord, RecordedInput } from '#libs/replay';
import { getInt64 } from '#libs/units';

const HEAD = offsetsOf('PriceObserved');
const TRADE_REJECTED = layouts.TradeRejected.templateId;
const INPUT_REJECTED = layouts.InputRejected.templateId;

/** An input as the log holds it; valid while it is being looked at. */
export interface LoggedInput {
  readonly sequence: number;
  readonly publisher: number;
  /** Its number in its session; 0 for none. */
  readonly number: number;
  /** 0 accepted, else the number of its rejection. */
  readonly reason: number;
  /** The record as it was submitted. */
  readonly view: DataView;
  readonly frame: Frame;
}

/** Calls `visit` for every input of a log, and `onFrame` before the first of each frame. */
export async function forEachInput(
  directory: string,
  visit: (input: LoggedInput) => void,
  onFrame: (frame: Frame) => void = () => undefined,
): Promise<void> {
  const log = await FileEventLog.open({ directory, readOnly: true });
  const recorded = new RecordedInput();
  for await (const frame of log.read(1)) {
    onFrame(frame);
    forEachRecord(frame, (view, at, sequence) => {
      if (causeDistanceAt(view, at) !== 0 || recorded.read(view, at) !== 'input') return;
      visit({
        ...{ sequence, frame, view: recorded.view },
        publisher: recorded.view.getUint32(HEAD.publisher, true),
        number: getInt64(recorded.view, HEAD.publisherSequence),
        reason: reasonAt(view, at),
      });
    });
  }
  await log.close();
}

function reasonAt(view: DataView, at: number): number {
  const template = templateIdAt(view, at);
  if (template === TRADE_REJECTED) {
    return view.getUint16(at + offsetsOf('TradeRejected').reason, true);
  }
  if (template === INPUT_REJECTED) {
    return view.getUint16(at + offsetsOf('InputRejected').reason, true);
  }
  return 0;
}
