import { layouts, offsetsOf, recordLengthAt, templateIdAt } from '#libs/events';
import { FileEventLog } from '#libs/event-log-file';
import type { FrameDraft } from '#libs/event-log';
import { Verification } from '#libs/replay';
import { getInt64 } from '#libs/units';
import { type BenchResult, result } from './report.js';

const T = offsetsOf('TradeNovated');
const TRADES = new Set<number>([layouts.TradeNovated.templateId, layouts.TradeRejected.templateId]);

/** The venue's session, as the publisher's process ended it. */
export interface VenueEnd {
  readonly publisher: number;
  /** Last number that was acknowledged. */
  readonly lastSequence: number;
}

/**
 * Recomputes every decision of an ingest log, and checks that the venue's trades are in it once
 * each, in order, from the first to the last. Gives the events verified a second.
 * @throws Error at the first difference
 */
export async function verifyIngestLog(directory: string, venue: VenueEnd): Promise<BenchResult> {
  const log = await FileEventLog.open({ directory, readOnly: true });
  const verification = new Verification();
  const startMs = performance.now();
  let events = 0;
  let venueSequence = 0;
  for await (const frame of log.read(1)) {
    const difference = verification.check(frame);
    if (difference !== undefined) throw new Error(JSON.stringify(difference));
    events += frame.count;
    venueSequence = venueTrades(frame, venue.publisher, venueSequence);
  }
  await log.close();
  if (venueSequence !== venue.lastSequence) {
    throw new Error(
      `the log ends with trade ${String(venueSequence)}, acknowledged is ${String(venue.lastSequence)}`,
    );
  }
  const rate = events / ((performance.now() - startMs) / 1000);
  return result('verifiedEventsPerSecondAtEnd', '1/s', [rate]);
}

/** Last number of the venue's session after a frame; every number between is in it once. */
function venueTrades(frame: FrameDraft, publisher: number, before: number): number {
  const { records, count } = frame;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let last = before;
  let at = 0;
  for (let k = 0; k < count; k += 1, at += recordLengthAt(view, at)) {
    if (!TRADES.has(templateIdAt(view, at))) continue;
    if (view.getUint32(at + T.publisher, true) !== publisher) continue;
    const sequence = getInt64(view, at + T.publisherSequence);
    if (sequence !== last + 1) throw new Error(`trade ${String(sequence)} follows ${String(last)}`);
    last = sequence;
  }
  return last;
}
