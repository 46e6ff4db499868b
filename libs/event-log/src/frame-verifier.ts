import { EMPTY_CHAIN, chainAfter, type ChainState } from './chain-state.js';
import { KIND_CLAIM, KIND_EVENT, sameBytes, type StoredFrame } from './frame-layout.js';
import { LogCorruption } from './port.js';

/**
 * - `accepted`: it extends the accepted head under the current epoch; it is part of the log.
 * - `duplicate`: the very frame was accepted before (an engine stored a retry twice); skip it.
 * - `inert`: an older writer's frame, or a claim that lost its race; it never was part of the log.
 */
export type Verdict = 'accepted' | 'duplicate' | 'inert';

/** How many accepted frames are remembered to know a duplicate: far more than can be in flight. */
const REMEMBERED = 64;

/**
 * The reading rule of every engine, in log order. `openFrame` has judged a frame alone; this judges
 * it against the frames before it. Fencing is a property of the order: once a claim is accepted,
 * whatever an older writer managed to store after it is inert for everybody.
 */
export class FrameVerifier {
  #state: ChainState;
  readonly #recent: Uint8Array[] = [];

  /** `after`: the state behind which reading starts; of a checked place, or the empty chain. */
  constructor(after: ChainState = EMPTY_CHAIN) {
    this.#state = after;
    this.#recent.push(after.hash, after.logHash);
  }

  /** Both chains after the last accepted frame. */
  get state(): ChainState {
    return this.#state;
  }

  /**
   * Judges the next stored frame; `where` names its place for a message.
   *
   * @throws LogCorruption when the order is wrong: another content under the current epoch, a gap,
   *   time that runs back, an epoch nobody claimed
   */
  accept(frame: StoredFrame, where: string): Verdict {
    const state = this.#state;
    if (this.#recent.some((hash) => sameBytes(hash, frame.hash))) return 'duplicate';
    if (frame.kind === KIND_CLAIM) return this.#acceptClaim(frame, where);
    if (frame.epoch < state.epoch) return 'inert';
    if (frame.epoch > state.epoch) {
      throw this.#corruption(`epoch ${String(frame.epoch)} was never opened`, where);
    }
    const wrong = frame.kind === KIND_EVENT ? eventFault(state, frame) : logFault(state, frame);
    if (wrong !== undefined) throw this.#corruption(wrong, where);
    this.#advance(frame);
    return 'accepted';
  }

  #acceptClaim(frame: StoredFrame, where: string): Verdict {
    const state = this.#state;
    if (frame.epoch <= state.epoch) return 'inert';
    if (frame.epoch > state.epoch + 1) {
      throw this.#corruption(`epoch ${String(frame.epoch)} skips one`, where);
    }
    // The claimant had not seen the last frame: it knows when it reads back, and claims again.
    if (logFault(state, frame) !== undefined) return 'inert';
    this.#advance(frame);
    return 'accepted';
  }

  #advance(frame: StoredFrame): void {
    this.#state = chainAfter(this.#state, frame);
    this.#recent.push(frame.hash);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
  }

  #corruption(message: string, where: string): LogCorruption {
    return new LogCorruption(message, where, this.#state.sequence);
  }
}

function eventFault(state: ChainState, frame: StoredFrame): string | undefined {
  if (frame.frameNumber !== state.frameNumber + 1) {
    return `event frame ${String(frame.frameNumber)} follows ${String(state.frameNumber)}`;
  }
  if (!sameBytes(frame.previousHash, state.hash)) return 'the chain of event frames is broken';
  if (frame.firstSequence !== state.sequence + 1) {
    return `sequence ${String(frame.firstSequence)} follows ${String(state.sequence)}`;
  }
  if (frame.frameTimeUs < state.frameTimeUs) return 'log time runs back';
  return undefined;
}

function logFault(state: ChainState, frame: StoredFrame): string | undefined {
  if (frame.frameNumber !== state.logFrameNumber + 1) {
    return `log frame ${String(frame.frameNumber)} follows ${String(state.logFrameNumber)}`;
  }
  if (!sameBytes(frame.previousLogHash, state.logHash)) return 'the chain of log frames is broken';
  if (!sameBytes(frame.previousHash, state.hash)) return 'a log frame names another event head';
  if (frame.firstSequence !== state.sequence + 1) return 'a log frame names another sequence';
  if (frame.frameTimeUs !== state.frameTimeUs) return 'a log frame has another time';
  return undefined;
}
