import { KIND_EVENT, ZERO_HASH, type StoredFrame } from './frame-layout.js';
import type { Head } from './port.js';

/** Both chains after a frame: all that the next frame must agree with. */
export interface ChainState {
  readonly epoch: number;
  /** Number of the last event frame; 0 when there is none. */
  readonly frameNumber: number;
  /** Sequence of the last event; 0 when there is none. */
  readonly sequence: number;
  readonly frameTimeUs: number;
  /** Hash of the last event frame. */
  readonly hash: Uint8Array;
  /** Number of the last log or claim frame. */
  readonly logFrameNumber: number;
  readonly logHash: Uint8Array;
}

export const EMPTY_CHAIN: ChainState = {
  epoch: 0,
  frameNumber: 0,
  sequence: 0,
  frameTimeUs: 0,
  hash: ZERO_HASH,
  logFrameNumber: 0,
  logHash: ZERO_HASH,
};

/** Place of the last frame in the stored order, from 1, both chains counted; a cursor. */
export function ordinalOf(state: ChainState): number {
  return state.frameNumber + state.logFrameNumber;
}

export function headOf(state: ChainState): Head {
  const { sequence, frameNumber, frameTimeUs, epoch, hash } = state;
  return { sequence, frameNumber, frameTimeUs, epoch, hash };
}

/** What of a frame moves the chains. */
export type ChainLink = Pick<
  StoredFrame,
  'kind' | 'epoch' | 'frameNumber' | 'firstSequence' | 'count' | 'frameTimeUs' | 'hash'
>;

/** Both chains after `frame`, which extends `state`. */
export function chainAfter(state: ChainState, frame: ChainLink): ChainState {
  const { epoch, frameNumber, frameTimeUs, hash } = frame;
  if (frame.kind !== KIND_EVENT) {
    return { ...state, epoch, logFrameNumber: frameNumber, logHash: hash };
  }
  const sequence = frame.firstSequence + frame.count - 1;
  return { ...state, frameNumber, sequence, frameTimeUs, hash };
}
