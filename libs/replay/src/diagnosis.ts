import { ClearingHouse, type HouseState } from '#libs/clearing-house';
import {
  causeDistanceAt,
  type JsonObject,
  type JsonValue,
  layouts,
  type Message,
  readRecord,
  recordLengthAt,
  recordLengthOf,
  toJson,
  writeRecord,
} from '#libs/events';
import type { FrameDraft } from '#libs/event-log';
import { OF_TIMERS, RecordedInput } from './recorded-input.js';
import { SequenceMap } from './sequence-map.js';

/** A field that the two decisions give different values. */
export interface FieldChange {
  readonly event: string;
  readonly field: string;
  readonly recorded: JsonValue | null;
  readonly redecided: JsonValue | null;
}

/** What one input (slice, deadline) led to, where the other logic decides differently. */
export interface DecisionDifference {
  /** Recorded sequence of the input's own record. */
  readonly sequence: number;
  readonly timeUs: number;
  readonly type: string;
  readonly changes: readonly FieldChange[];
  readonly onlyRecorded: readonly JsonObject[];
  readonly onlyRedecided: readonly JsonObject[];
}

interface Decided {
  /** Where its record begins in the frame. */
  readonly at: number;
  readonly sequence: number;
  readonly message: Message;
}

/**
 * Decides a recorded span anew with a given logic version, on a state of its own: every input is
 * submitted again at its recorded log time, and what it leads to is compared with what was recorded.
 * Where the runs take different numbers of events, references between events are followed by a map
 * of sequences, so that only decisions differ and not their numbers.
 */
export class Diagnosis {
  private readonly house: ClearingHouse;
  private readonly input = new RecordedInput();
  private readonly map = new SequenceMap();
  /** Inputs, slices and deadlines that were decided anew. */
  decided = 0;
  differing = 0;

  /** `state` is the one just before the span; it is changed. */
  constructor(
    state: HouseState,
    logicVersion: number,
    private readonly onDifference: (difference: DecisionDifference) => void,
  ) {
    this.house = new ClearingHouse(state, undefined, logicVersion);
  }

  /** Decides one frame anew. */
  check(frame: FrameDraft): void {
    const { house } = this;
    const recorded = groupsOf(frame);
    house.beginFrame();
    if (frame.frameTimeUs > house.state.clock.timeUs) house.advanceTime(frame.frameTimeUs);
    this.compareDeadlines(recorded.filter(isDeadline), frame.frameTimeUs);
    for (const group of recorded) {
      if (!isDeadline(group)) this.redecide(frame, group);
      if (house.isFrameFull) house.beginFrame();
    }
    house.assertConserved();
  }

  private compareDeadlines(groups: readonly Decided[][], timeUs: number): void {
    const redecided = groupedNew(this.house, 0, this.house.frame.firstSequence);
    const left = new Map(redecided.map((group) => [deadlineKey(group[0]?.message), group]));
    for (const group of groups) {
      const message = group[0]?.message;
      const key = deadlineKey(message && this.map.translated(message));
      this.compare(group, left.get(key) ?? [], timeUs);
      left.delete(key);
    }
    for (const group of left.values()) this.compare([], group, timeUs);
  }

  private redecide(frame: FrameDraft, group: readonly Decided[]): void {
    const { house, input } = this;
    const [first] = group;
    if (first === undefined) return;
    const { records } = frame;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    const from = house.frame.length;
    const firstNew = house.frame.nextSequence();
    switch (input.read(view, first.at)) {
      case 'input':
        this.submit();
        break;
      case 'slice':
        house.continueSweep();
        break;
      case 'time':
        house.recordTime();
        break;
      case 'deadline':
        break;
    }
    const [redecided = []] = groupedNew(house, from, firstNew);
    this.compare(group, redecided, frame.frameTimeUs);
  }

  /** Submits the recorded input, with its references as they are called in this run. */
  private submit(): void {
    const { input, map } = this;
    if (map.isIdentity) {
      this.house.submit(input.view, 0, input.messageId);
      return;
    }
    const message = map.translated(readRecord(input.view, 0));
    const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
    writeRecord(view, 0, message, 0);
    this.house.submit(view, 0, input.messageId);
  }

  private compare(
    recorded: readonly Decided[],
    redecided: readonly Decided[],
    timeUs: number,
  ): void {
    this.decided += 1;
    const changes: FieldChange[] = [];
    const onlyRecorded: JsonObject[] = [];
    const left = [...redecided];
    for (const { sequence, message } of recorded) {
      const place = left.findIndex((other) => isSameStep(message, other.message));
      const [match] = place < 0 ? [] : left.splice(place, 1);
      if (match === undefined) onlyRecorded.push(this.json(message));
      else {
        this.map.note(sequence, match.sequence);
        changes.push(...this.changesOf(message, match.message));
      }
    }
    const onlyRedecided = left.map(({ message }) => this.json(message));
    if (changes.length + onlyRecorded.length + onlyRedecided.length === 0) return;
    this.differing += 1;
    const [first] = recorded.length > 0 ? recorded : redecided;
    this.onDifference({
      sequence: recorded[0]?.sequence ?? 0,
      timeUs,
      type: first?.message.type ?? '',
      changes,
      onlyRecorded,
      onlyRedecided,
    });
  }

  private changesOf(recorded: Message, redecided: Message): FieldChange[] {
    const was = this.json(this.map.translated(recorded));
    const is = this.json(redecided);
    return Object.keys({ ...was, ...is })
      .filter((field) => JSON.stringify(was[field]) !== JSON.stringify(is[field]))
      .filter((field) => field !== HASH_OF_BODY || this.map.isIdentity)
      .map((field) => ({
        event: recorded.type,
        field,
        recorded: was[field] ?? null,
        redecided: is[field] ?? null,
      }));
  }

  private json(message: Message): JsonObject {
    return toJson(message, this.house.state.names);
  }
}

/** Follows from what an input refers to, and differs where that is called otherwise in this run. */
const HASH_OF_BODY = 'bodyHash';

/** Whether two decisions are the same step about the same thing, whatever their figures. */
function isSameStep(a: Message, b: Message): boolean {
  if (a.type !== b.type) return false;
  const of = (m: Message, field: string): unknown =>
    (m as unknown as Readonly<Record<string, unknown>>)[field];
  return ['account', 'counterparty', 'instrument', 'member', 'payer'].every(
    (f) => of(a, f) === of(b, f),
  );
}

function isDeadline(group: readonly Decided[]): boolean {
  const type = group[0]?.message.type;
  return type !== undefined && OF_TIMERS.has(layouts[type].templateId);
}

/** Which timer a group of decisions came from. */
function deadlineKey(message: Message | undefined): string {
  if (message === undefined) return '';
  if (message.type !== 'DeadlineReached') {
    const subject =
      'account' in message ? message.account : 'instrument' in message ? message.instrument : 0;
    return `${message.type} ${String(subject)}`;
  }
  const { timerKind, subject, reference } = message;
  return `${String(timerKind)} ${String(subject)} ${String(reference)}`;
}

/** The records of a frame, each origin with what it caused. */
function groupsOf(frame: FrameDraft): Decided[][] {
  const { records, firstSequence } = frame;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  return grouped(view, 0, records.length, firstSequence);
}

function groupedNew(house: ClearingHouse, from: number, firstSequence: number): Decided[][] {
  return grouped(house.frame.view, from, house.frame.length, firstSequence);
}

function grouped(view: DataView, from: number, to: number, firstSequence: number): Decided[][] {
  const groups: Decided[][] = [];
  let sequence = firstSequence;
  for (let at = from; at < to; at += recordLengthAt(view, at)) {
    const decided = { at, sequence, message: readRecord(view, at) };
    const last = groups.at(-1);
    if (last === undefined || causeDistanceAt(view, at) === 0) groups.push([decided]);
    else last.push(decided);
    sequence += 1;
  }
  return groups;
}
