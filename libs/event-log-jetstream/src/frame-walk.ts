import {
  EMPTY_CHAIN,
  FrameVerifier,
  KIND_CLAIM,
  KIND_EVENT,
  LogCorruption,
  isFault,
  openFrame,
  type ChainState,
  type StoredFrame,
} from '#libs/event-log';
import type { StoredMessage } from './stored-stream.js';

/** Where reading starts: the next message of the stream, and the chains before it. */
export interface Place {
  readonly nextMessage: number;
  readonly state: ChainState;
  /**
   * False when reading starts at an event frame in the middle: the chain of log frames is then taken
   * up at the first log frame met, as the chain of event frames is from the frame it starts at.
   */
  readonly isLogChainKnown: boolean;
}

export const BEGINNING: Place = { nextMessage: 1, state: EMPTY_CHAIN, isLogChainKnown: true };

/** The chains as they must have been before an event frame, as far as it tells. */
export function placeBefore(frame: StoredFrame, message: number): Place {
  const state: ChainState = {
    ...EMPTY_CHAIN,
    epoch: frame.epoch,
    frameNumber: frame.frameNumber - 1,
    sequence: frame.firstSequence - 1,
    hash: frame.previousHash,
  };
  return { nextMessage: message, state, isLogChainKnown: message === 1 };
}

/** Checks messages one after another: each must be there, be whole, and extend the chains. */
export class FrameWalk {
  private verifier: FrameVerifier;
  private isLogChainKnown: boolean;
  /** The stream's sequence of the message that must come next. */
  nextMessage: number;

  constructor(
    place: Place,
    private readonly where: (message: number) => string,
  ) {
    this.verifier = new FrameVerifier(place.state);
    this.isLogChainKnown = place.isLogChainKnown;
    this.nextMessage = place.nextMessage;
  }

  get state(): ChainState {
    return this.verifier.state;
  }

  /**
   * The frame in the next message; undefined when it does not count (a fenced writer's).
   * @throws LogCorruption when a message is missing before it, is damaged, or breaks a chain
   */
  take(message: StoredMessage): StoredFrame | undefined {
    if (message.sequence !== this.nextMessage) {
      throw this.corruption(`message ${String(message.sequence)} follows instead of it`);
    }
    const frame = openFrame(message.data);
    if (isFault(frame)) throw this.corruption(frame.detail);
    if (
      frame.body.length + frame.body.byteOffset !==
      message.data.length + message.data.byteOffset
    ) {
      throw this.corruption('the message is longer than its frame');
    }
    return this.advance(frame);
  }

  /** Takes a frame that this process has just stored as the next message. */
  advance(frame: StoredFrame): StoredFrame | undefined {
    if (!this.isLogChainKnown && frame.kind !== KIND_EVENT) this.takeUpLogChain(frame);
    const verdict = this.verifier.accept(frame, this.where(this.nextMessage));
    this.nextMessage += 1;
    return verdict === 'accepted' ? frame : undefined;
  }

  corruption(detail: string): LogCorruption {
    return new LogCorruption(detail, this.where(this.nextMessage), this.state.sequence);
  }

  private takeUpLogChain(frame: StoredFrame): void {
    const { state } = this.verifier;
    const epoch = frame.kind === KIND_CLAIM ? frame.epoch - 1 : frame.epoch;
    if (epoch !== state.epoch) return; // an older writer's: it is inert, and says nothing
    this.verifier = new FrameVerifier({
      ...state,
      logFrameNumber: frame.frameNumber - 1,
      logHash: frame.previousLogHash,
    });
    this.isLogChainKnown = true;
  }
}
