import { createHash } from 'node:crypto';
import {
  applyRecord,
  ClearingHouse,
  FrameBuffer,
  HouseState,
  type HouseStateOptions,
  type WatchMaker,
  writeStateRows,
} from '#libs/clearing-house';
import {
  causeDistanceAt,
  readRecord,
  recordLengthAt,
  recordLengthOf,
  writeRecord,
} from '#libs/events';
import type { Step } from '../generator/steps.js';
import type { ExpectedEvent } from './decimal-twin.js';

/** Room for the largest set of decisions of a small world, many times over. */
const FRAME_BYTES = 1 << 21;

/** A frame that was cut: its records back to back. */
export interface CutFrame {
  readonly firstSequence: number;
  readonly count: number;
  readonly timeUs: number;
  readonly records: Uint8Array;
}

/** Drives the real house step by step and reads back what it recorded. */
export class HouseRun {
  readonly house: ClearingHouse;
  /** Bytes and records of the present frame that were read already. */
  private readBytes = 0;
  private readCount = 0;

  constructor(state: HouseState, forcedLogic?: number, watchOf?: WatchMaker) {
    const frame = new FrameBuffer(new ArrayBuffer(FRAME_BYTES));
    this.house = new ClearingHouse(state, frame, forcedLogic, watchOf);
  }

  /** Does one step; returns the events it led to. */
  take(step: Step): ExpectedEvent[] {
    const { house } = this;
    switch (step.kind) {
      case 'slice':
        house.continueSweep();
        break;
      case 'time':
        house.advanceTime(step.timeUs);
        if (step.isIdle) house.recordTime();
        break;
      case 'input': {
        const view = new DataView(new ArrayBuffer(recordLengthOf(step.message)));
        writeRecord(view, 0, step.message, 0);
        house.submit(view, 0, step.messageId);
      }
    }
    return this.readNew();
  }

  private readNew(): ExpectedEvent[] {
    const { frame } = this.house;
    const events: ExpectedEvent[] = [];
    for (; this.readCount < frame.count; this.readCount++) {
      const sequence = frame.firstSequence + this.readCount;
      const cause = sequence - causeDistanceAt(frame.view, this.readBytes);
      events.push({ sequence, cause, message: readRecord(frame.view, this.readBytes) });
      this.readBytes += recordLengthAt(frame.view, this.readBytes);
    }
    return events;
  }

  /** Ends the present frame and begins the next. */
  cut(): CutFrame {
    const { house } = this;
    const { firstSequence, count, length, bytes } = house.frame;
    house.assertConserved();
    const timeUs = house.frameTimeUs;
    const cut = { firstSequence, count, timeUs, records: bytes.slice(0, length) };
    house.beginFrame();
    this.readBytes = 0;
    this.readCount = 0;
    return cut;
  }
}

/** A state that only follows the recorded frames, deciding nothing. */
export class HouseFollower {
  readonly state: HouseState;

  constructor(options: HouseStateOptions) {
    this.state = new HouseState(options);
    this.state.timers.isActive = false;
  }

  take({ firstSequence, count, timeUs, records }: CutFrame): void {
    if (count === 0) return;
    const { state } = this;
    const view = new DataView(records.buffer);
    state.clock.timeUs = Math.max(state.clock.timeUs, timeUs);
    let at = 0;
    for (let k = 0; k < count; k++) {
      applyRecord(state, view, at, firstSequence + k);
      at += recordLengthAt(view, at);
    }
  }
}

/** Bytes of all rows of a state: a snapshot. */
export function snapshotOf(state: HouseState): Uint8Array {
  const chunks: Uint8Array[] = [];
  writeStateRows(state, 'all', (chunk) => chunks.push(chunk.slice()));
  return Buffer.concat(chunks);
}

/** SHA-256 of all rows of a state, hexadecimal. */
export function stateRootOf(state: HouseState): string {
  return createHash('sha256').update(snapshotOf(state)).digest('hex');
}
