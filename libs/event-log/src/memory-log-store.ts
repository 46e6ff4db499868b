import { ordinalOf, type ChainState } from './chain-state.js';
import { KIND_EVENT } from './frame-layout.js';
import { isFault, openFrame } from './frame-opening.js';
import { FrameVerifier, type Verdict } from './frame-verifier.js';
import { LogCorruption } from './port.js';

/**
 * What the next write meets. `unknown-late`: the answer is lost and so is the frame, until
 * `landLate` lets it arrive after all.
 */
export type MemoryFault = 'unavailable' | 'unknown-stored' | 'unknown-lost' | 'unknown-late';

/** Where an accepted event frame stands, and the chains before it. */
export interface Landing {
  readonly position: number;
  readonly before: ChainState;
  readonly lastSequence: number;
}

/**
 * The medium under MemoryEventLog: byte strings in order of arrival, as a broker keeps them. It
 * accepts anything from anybody; what counts is decided by the reading rule. Several logs may stand
 * on one store: a writer and its zombie, readers, a log opened again after a stop.
 */
export class MemoryLogStore {
  readonly #stored: Uint8Array[] = [];
  readonly #verifier = new FrameVerifier();
  readonly #landings: Landing[] = [];
  readonly #faults: MemoryFault[] = [];
  readonly #late: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();

  get state(): ChainState {
    return this.#verifier.state;
  }

  /** Number of stored byte strings, inert ones included. */
  get length(): number {
    return this.#stored.length;
  }

  get hasLate(): boolean {
    return this.#late.length > 0;
  }

  /** The bytes at a position, not a copy: a test may damage them. */
  at(position: number): Uint8Array {
    const bytes = this.#stored[position];
    if (bytes === undefined) throw new RangeError(`nothing is stored at ${String(position)}`);
    return bytes;
  }

  /** Stores a copy of a sealed frame, whoever wrote it, and says what it is to readers. */
  land(bytes: Uint8Array): Verdict {
    const where = `memory position ${String(this.#stored.length)}`;
    const opened = openFrame(bytes);
    const before = this.state;
    if (isFault(opened)) throw new LogCorruption(opened.detail, where, before.sequence);
    const verdict = this.#verifier.accept(opened, where);
    if (verdict === 'accepted' && opened.kind === KIND_EVENT) {
      const lastSequence = opened.firstSequence + opened.count - 1;
      this.#landings.push({ position: this.#stored.length, before, lastSequence });
    }
    this.#stored.push(Uint8Array.from(bytes));
    for (const wake of [...this.#waiting]) wake();
    return verdict;
  }

  /** The next writes meet these faults, one each, in this order. */
  inject(...faults: readonly MemoryFault[]): void {
    this.#faults.push(...faults);
  }

  takeFault(): MemoryFault | undefined {
    return this.#faults.shift();
  }

  keepLate(bytes: Uint8Array): void {
    this.#late.push(Uint8Array.from(bytes));
  }

  /** Everything that was delayed arrives now. */
  landLate(): Verdict[] {
    return this.#late.splice(0).map((bytes) => this.land(bytes));
  }

  /** The first accepted event frame whose last sequence is at least `fromSequence`. */
  landingOf(fromSequence: number): Landing | undefined {
    let low = 0;
    let high = this.#landings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#landings[middle]?.lastSequence ?? 0) >= fromSequence) high = middle;
      else low = middle + 1;
    }
    return this.#landings[low];
  }

  /** Ordinal of the last accepted frame. */
  get ordinal(): number {
    return ordinalOf(this.state);
  }

  /** Calls `wake` after every arrival until the answer is called. */
  subscribe(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => void this.#waiting.delete(wake);
  }
}
