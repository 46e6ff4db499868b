import { HouseState, recount, assertConserved } from '#libs/clearing-house';
import type { Frame } from '#libs/event-log';
import { causeDistanceAt, type Message, readRecord } from '#libs/events';
import {
  eventsOf,
  foldFrame,
  forEachRecord,
  type Roots,
  rootsOf,
  Verification,
} from '#libs/replay';
import { isEqual, type ReleasedBytes } from './durability-check.js';
import { InputAudit } from './input-audit.js';
import { OrderAudit } from './order-audit.js';
import { PriceAudit } from './price-audit.js';
import type { SimulatedPublisher } from './simulated-publisher.js';
import type { Violations } from './violations.js';

/** What a consumer is not sent: acknowledged in bulk, of no use outside, or a publisher's own. */
const NOT_SENT: ReadonlySet<Message['type']> = new Set([
  ...(['TradeNovated', 'TradeDetailsRecorded', 'InputIdentified'] as const),
  ...(['BreachQueued', 'TimeAdvanced'] as const),
  ...(['TradeRejected', 'InputRejected'] as const),
]);

/** Trades are folded and decided anew the general way, which the node takes for few of them. */
const GENERAL = { knowsPlainTrades: false };

export interface AuditSubjects {
  readonly frames: readonly Frame[];
  readonly publishers: readonly SimulatedPublisher[];
  readonly released: readonly ReleasedBytes[];
  /** What the consumer was given, by sequence. */
  readonly received: ReadonlyMap<number, Uint8Array>;
  /** Of the live node and of the follower, where they stand at the end of the log. */
  readonly roots: { readonly live: Roots | undefined; readonly follower: Roots | undefined };
  readonly timeStepMaxUs: number;
  readonly violations: Violations;
}

export interface LogFigures {
  readonly events: number;
  readonly byType: ReadonlyMap<string, number>;
  readonly stateRoot: Uint8Array;
}

/** Judges a finished log by what it holds, against what was sent, released and received. */
export function auditLog(subjects: AuditSubjects): LogFigures {
  const { frames, violations } = subjects;
  const state = new HouseState(GENERAL);
  state.timers.isActive = false;
  const verification = new Verification(new HouseState(GENERAL));
  const inputs = new InputAudit(subjects.publishers, violations);
  const orders = new OrderAudit(violations);
  const prices = new PriceAudit(state, subjects.timeStepMaxUs, violations);
  const byType = new Map<string, number>();
  let isDifferent = false;
  auditChain(frames, violations);
  for (const frame of frames) {
    if (!isDifferent) {
      const difference = verification.check(frame);
      isDifferent = difference !== undefined;
      if (difference !== undefined) {
        violations.add(
          `the log verifies otherwise: ${difference.rule}`,
          Number(difference.sequence),
        );
      }
    }
    prices.frame(frame);
    forEachRecord(frame, (view, at, sequence) => {
      const message = readRecord(view, at);
      byType.set(message.type, (byType.get(message.type) ?? 0) + 1);
      inputs.record(view, at, sequence);
      orders.record(message, sequence, sequence - causeDistanceAt(view, at));
    });
    foldFrame(state, frame);
  }
  inputs.finish();
  orders.finish();
  auditState(state, subjects, isDifferent ? undefined : verification);
  auditReleases(subjects);
  const { stateRoot } = rootsOf(state);
  return { events: state.clock.sequence, byType, stateRoot };
}

function auditState(
  state: HouseState,
  { roots, violations }: AuditSubjects,
  verification: Verification | undefined,
): void {
  try {
    assertConserved(state);
    recount(state);
  } catch (error) {
    violations.add(`money or contracts are not conserved: ${String(error)}`);
  }
  const fold = rootsOf(state);
  if (roots.live !== undefined && !isEqual(fold.stateRoot, roots.live.stateRoot)) {
    violations.add('the state of the live node is not the fold of the log');
  }
  if (roots.follower !== undefined && !isEqual(fold.stateRoot, roots.follower.stateRoot)) {
    violations.add('the state of the follower is not the fold of the log');
  }
  if (verification === undefined) return;
  const decided = rootsOf(verification.house.state);
  if (!isEqual(fold.stateRoot, decided.stateRoot)) {
    violations.add('the state decided anew is not the fold of the log');
  }
}

/** What the reader of the log checks too, said once more and plainly: one frame after another. */
function auditChain(frames: readonly Frame[], violations: Violations): void {
  let before: Frame | undefined;
  for (const frame of frames) {
    const isNext =
      before === undefined
        ? frame.firstSequence === 1
        : frame.firstSequence === before.firstSequence + before.count &&
          isEqual(frame.previousHash, before.hash) &&
          frame.epoch >= before.epoch &&
          frame.frameTimeUs >= before.frameTimeUs;
    violations.check(isNext, () => 'the chain of frames is broken');
    before = frame;
  }
}

/** Whatever was let out, at any time in any life, stands in the log; nothing was kept from anybody. */
function auditReleases({ frames, released, received, violations }: AuditSubjects): void {
  const stored = new Map(frames.map((frame) => [frame.firstSequence, frame]));
  for (const { firstSequence, count, records } of released) {
    const frame = stored.get(firstSequence);
    if (frame?.count === count && isEqual(frame.records, records)) continue;
    violations.add('a released frame is not in the log');
  }
  for (const frame of frames) {
    for (const event of eventsOf(frame)) {
      const isSent = isDecision(event.message) && !NOT_SENT.has(event.message.type);
      if (isSent) {
        violations.check(
          received.has(event.sequence),
          () => 'a decision never reached the consumer',
        );
      }
    }
    forEachRecord(frame, (view, at, sequence) => {
      const given = received.get(sequence);
      if (given === undefined) return;
      const there = frame.records.subarray(at, at + view.getUint32(at, true));
      violations.check(isEqual(given, there), () => 'a consumer was given other bytes than stand');
    });
  }
}

function isDecision(message: Message): boolean {
  return !('publisherSequence' in message) || message.type === 'WithdrawalRequested';
}
