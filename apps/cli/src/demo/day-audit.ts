import { HouseState, recount } from '#libs/clearing-house';
import { type Durability, type FrameDraft, LogCorruption } from '#libs/event-log';
import { readRecord } from '#libs/events';
import { foldFrame, hex, rootsOf, Verification } from '#libs/replay';
import { type LogTarget, type OpenedLog, openLog } from '#libs/runtime';
import { InvariantViolation } from '#libs/units';
import type { DayFigures } from './day-figures.js';

/** What re-reading a log found. */
export interface DayAudit {
  /** Hashes, decisions, sums and roots all agree. */
  readonly ok: boolean;
  /** Where they do not, in one line. */
  readonly fault: string | undefined;
  readonly stateRoot: string;
  readonly businessRoot: string;
  /** Roots that the node recorded while it ran, all compared. */
  readonly rootsCompared: number;
  readonly head: number;
  /** The fold of the recorded events. */
  readonly state: HouseState;
  /** What kept the log, and how durably. */
  readonly engine: string;
  readonly durability: Durability;
}

interface RecordedRoots {
  readonly stateRoot: string;
  readonly businessRoot: string;
}

/**
 * Re-reads a whole log: checks every hash, recomputes every decision, folds the records a second
 * time, and compares the roots of both states with each other and with every root that was recorded.
 * The figures are taken on the way.
 */
export async function auditDay(
  target: LogTarget,
  figures: DayFigures,
  onEvents: (sequence: number) => void,
): Promise<DayAudit> {
  const audit = new RunningAudit();
  let fault: string | undefined;
  let log: OpenedLog | undefined;
  try {
    log = await openLog({ ...target, readOnly: true });
    try {
      const recorded = await recordedRoots(log);
      for await (const frame of log.read(1)) {
        fault = audit.check(frame, recorded);
        if (fault !== undefined) break;
        figures.addFrame(frame);
        onEvents(audit.fold.clock.sequence);
      }
      fault ??= audit.finish(recorded);
    } finally {
      await log.close();
    }
  } catch (error) {
    // What a log must never do is the finding here, not a failure of the program.
    if (!(error instanceof LogCorruption) && !(error instanceof InvariantViolation)) throw error;
    fault = error.message;
  }
  const { fold, rootsCompared } = audit;
  const { sequence } = fold.clock;
  const ok = fault === undefined;
  const kept = { engine: log?.engine ?? '', durability: log?.durability ?? 'memory' } as const;
  return { ok, fault, ...hexRoots(fold), rootsCompared, head: sequence, state: fold, ...kept };
}

/** Two states of one log: decided again, and folded from the records. */
class RunningAudit {
  readonly fold = new HouseState();
  rootsCompared = 0;
  private readonly verification = new Verification();

  constructor() {
    this.fold.timers.isActive = false;
  }

  /** What is wrong with a frame, or undefined. */
  check(frame: FrameDraft, recorded: ReadonlyMap<number, RecordedRoots>): string | undefined {
    const difference = this.verification.check(frame);
    if (difference !== undefined) return `sequence ${difference.sequence}: ${difference.rule}`;
    foldFrame(this.fold, frame);
    const roots = recorded.get(this.fold.clock.sequence);
    if (roots === undefined) return undefined;
    this.rootsCompared += 1;
    return differsFrom(roots, this.verification.house.state, 'the recorded root');
  }

  /** What is wrong at the end, or undefined. */
  finish(recorded: ReadonlyMap<number, RecordedRoots>): string | undefined {
    recount(this.verification.house.state);
    if (this.rootsCompared < recorded.size) return 'a root was recorded where no frame ends';
    const { state } = this.verification.house;
    return differsFrom(hexRoots(this.fold), state, 'the fold of the records');
  }
}

function hexRoots(state: HouseState): RecordedRoots {
  const { stateRoot, businessRoot } = rootsOf(state);
  return { stateRoot: hex(stateRoot), businessRoot: hex(businessRoot) };
}

function differsFrom(roots: RecordedRoots, state: HouseState, whose: string): string | undefined {
  const recomputed = hexRoots(state);
  const isEqual =
    recomputed.stateRoot === roots.stateRoot && recomputed.businessRoot === roots.businessRoot;
  if (isEqual) return undefined;
  return `sequence ${String(state.clock.sequence)}: the recomputed state is not that of ${whose}`;
}

async function recordedRoots(log: OpenedLog): Promise<Map<number, RecordedRoots>> {
  const roots = new Map<number, RecordedRoots>();
  for await (const { record } of log.readLogRecords()) {
    const message = readRecord(new DataView(record.buffer, record.byteOffset, record.length), 0);
    if (message.type !== 'RootRecorded') continue;
    const { sequence, stateRoot, businessRoot } = message;
    roots.set(sequence, { stateRoot: hex(stateRoot), businessRoot: hex(businessRoot) });
  }
  return roots;
}
