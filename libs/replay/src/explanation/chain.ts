import type { HouseState } from '#libs/clearing-house';
import type { EventReader, RecordedEvent } from '../event-reader.js';
import { linksOf } from './links.js';

/** An event that led to the one explained, and how. */
export interface ChainStep {
  readonly event: RecordedEvent;
  /** What joins it to the later one: `its cause`, `the breach`, `the order`, … */
  readonly because: string;
  /** Sequence of that later one; 0 for the event itself. */
  readonly ledTo: number;
}

/** Longer chains are cut at their far end. */
const STEPS_MAX = 200;

/**
 * The causal chain of an event, oldest first and ending with it: causes within the frame, and
 * beyond it what the events point at.
 */
export async function chainOf(
  event: RecordedEvent,
  reader: EventReader,
  stateBefore: (sequence: number) => Promise<HouseState>,
): Promise<ChainStep[]> {
  const steps = new Map<number, ChainStep>();
  const open: ChainStep[] = [{ event, because: 'the event', ledTo: 0 }];
  for (let step = open.shift(); step !== undefined; step = open.shift()) {
    if (steps.has(step.event.sequence) || steps.size === STEPS_MAX) continue;
    steps.set(step.event.sequence, step);
    const { sequence, cause } = step.event;
    const links = await linksOf(step.event, reader, stateBefore);
    if (cause !== sequence) links.unshift({ sequence: cause, because: 'its cause' });
    for (const link of links) {
      const earlier = await reader.at(link.sequence);
      if (earlier === undefined) continue;
      open.push({ event: earlier, because: link.because, ledTo: sequence });
    }
  }
  return [...steps.values()].sort((a, b) => a.event.sequence - b.event.sequence);
}
