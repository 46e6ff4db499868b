import { catalogue, layouts, templateIdAt } from '#libs/events';
import type { Frame } from '#libs/event-log';
import { forEachRecord } from '#libs/replay';
import type { RecentRecords } from '../inputs/recent-records.js';
import type { OpenCalls } from '../queries/open-calls.js';
import type { Metrics } from './metrics.js';

/** How long frames are kept after the last input over HTTP: a repetition may be on its way. */
const KEEP_MS = 10_000;

const REFUSED = new Set([layouts.TradeRejected.templateId, layouts.InputRejected.templateId]);
const ACCEPTED = new Set([
  layouts.TradeNovated.templateId,
  ...Object.values(catalogue)
    .filter(({ kind }) => kind === 'input')
    .map(({ templateId }) => templateId),
]);

export interface FrameWatchParts {
  readonly metrics: Metrics;
  readonly calls: OpenCalls;
  readonly recent: RecentRecords;
  /** Requests that wait for an answer out of a frame. */
  readonly openSubmissions: () => number;
}

/** Looks once at every record that becomes durable, for all who want to know. */
export class FrameWatch {
  private keepUntilMs = 0;

  constructor(private readonly parts: FrameWatchParts) {}

  note(frame: Frame): void {
    const { metrics, calls, recent, openSubmissions } = this.parts;
    let accepted = 0;
    let rejected = 0;
    forEachRecord(frame, (view, at) => {
      const templateId = templateIdAt(view, at);
      if (ACCEPTED.has(templateId)) accepted += 1;
      else if (REFUSED.has(templateId)) rejected += 1;
      else calls.note(templateId, view, at);
    });
    metrics.frame({ accepted, rejected });
    if (openSubmissions() > 0) this.keepUntilMs = performance.now() + KEEP_MS;
    if (performance.now() < this.keepUntilMs) recent.keep(frame);
  }
}
