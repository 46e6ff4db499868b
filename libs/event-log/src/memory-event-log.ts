import { randomBytes } from 'node:crypto';
import { EMPTY_CHAIN, headOf, type ChainState } from './chain-state.js';
import { CLAIMANT_BYTES, claimFrame } from './claim.js';
import { isDraft, refuseFrame, refuseLogRecords, rejected } from './draft-rules.js';
import { AT, HASH_BYTES, KIND_EVENT, sameBytes, type StoredFrame } from './frame-layout.js';
import { isFault, openFrame } from './frame-opening.js';
import { sealFrame, sealLogFrame } from './frame-sealing.js';
import { FrameVerifier } from './frame-verifier.js';
import { MemoryLogStore } from './memory-log-store.js';
import { LogCorruption, LogUnavailable } from './port.js';
import type { AppendOutcome, EventLog, Frame, FrameDraft, Head, LogRecord } from './port.js';
import { eventFrame, logRecords } from './stored-views.js';
import { Wakeup } from './wakeup.js';

export interface MemoryEventLogOptions {
  /** Several logs may share one; a fresh one by default. */
  readonly store?: MemoryLogStore;
  /** Awaited before every write takes effect; without it everything resolves by microtask. */
  readonly delay?: () => Promise<void>;
  /** 16 bytes that no other claimant has; random by default. */
  readonly claimant?: () => Uint8Array;
}

/** The event log in memory: for tests and for the seeded simulation. Durability: none. */
export class MemoryEventLog implements EventLog {
  readonly durability = 'memory';
  readonly engine = 'memory 1';
  readonly store: MemoryLogStore;
  readonly #options: MemoryEventLogOptions;
  readonly #closing = new AbortController();
  #pending = false;
  /** Hash of the frame whose append ended `unknown`. */
  #unresolved: Uint8Array | undefined;

  constructor(options: MemoryEventLogOptions = {}) {
    this.store = options.store ?? new MemoryLogStore();
    this.#options = options;
  }

  append(frame: FrameDraft, expectedHead: number): Promise<AppendOutcome> {
    return this.#write(
      (state) => refuseFrame(state, frame, expectedHead),
      (state) => sealFrame(frame, state.frameNumber + 1, state.hash),
    );
  }

  appendLogRecords(records: readonly Uint8Array[], epoch: number): Promise<AppendOutcome> {
    return this.#write(
      (state) => refuseLogRecords(state, records, epoch),
      (state) => sealLogFrame(state, records),
    );
  }

  async resolve(frame?: FrameDraft): Promise<AppendOutcome> {
    await Promise.resolve();
    const stored = frame === undefined ? this.#hasUnresolved() : await this.#hasDraft(frame);
    if (!stored && this.#unresolved !== undefined && this.store.hasLate) {
      return { kind: 'unknown', detail: 'the frame may still arrive' };
    }
    this.#unresolved = undefined;
    return stored
      ? { kind: 'committed', head: headOf(this.store.state) }
      : { kind: 'unavailable', detail: 'the frame is not in the log' };
  }

  async claim(): Promise<{ readonly epoch: number; readonly head: Head }> {
    await this.#options.delay?.();
    if (this.#closing.signal.aborted) throw new LogUnavailable('the log is closed');
    if (this.#pending) throw new LogUnavailable('an append is pending');
    const claimant = this.#options.claimant?.() ?? randomBytes(CLAIMANT_BYTES);
    // The store is read and written in one turn, so the claim cannot lose a race.
    this.store.land(claimFrame(this.store.state, claimant));
    this.#unresolved = undefined;
    return { epoch: this.store.state.epoch, head: headOf(this.store.state) };
  }

  async *read(fromSequence: number): AsyncIterable<Frame> {
    const landing = this.store.landingOf(fromSequence);
    if (landing === undefined) return;
    const end = this.store.length;
    const verifier = new FrameVerifier(landing.before);
    for (let position = landing.position; position < end; position += 1) {
      const frame = this.#accepted(verifier, position);
      if (frame?.kind === KIND_EVENT) yield await Promise.resolve(eventFrame(frame, position));
    }
  }

  async *follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    const wakeup = new Wakeup(AbortSignal.any([signal, this.#closing.signal]));
    const unsubscribe = this.store.subscribe(() => wakeup.wake());
    try {
      const landing = this.store.landingOf(fromSequence);
      const verifier = new FrameVerifier(landing?.before ?? this.store.state);
      let position = landing?.position ?? this.store.length;
      while (!wakeup.isAborted()) {
        while (position < this.store.length && !wakeup.isAborted()) {
          const at = position++;
          const frame = this.#accepted(verifier, at);
          if (frame?.kind !== KIND_EVENT || verifier.state.sequence < fromSequence) continue;
          yield eventFrame(frame, at);
        }
        await wakeup.wait();
      }
    } finally {
      unsubscribe();
    }
  }

  async *readLogRecords(): AsyncIterable<LogRecord> {
    const verifier = new FrameVerifier(EMPTY_CHAIN);
    const end = this.store.length;
    for (let position = 0; position < end; position += 1) {
      const frame = this.#accepted(verifier, position);
      if (frame === undefined || frame.kind === KIND_EVENT) continue;
      yield* await Promise.resolve(logRecords(frame, place(position)));
    }
  }

  head(): Promise<Head> {
    return Promise.resolve(headOf(this.store.state));
  }

  close(): Promise<void> {
    this.#closing.abort();
    return Promise.resolve();
  }

  async #write(
    refuse: (state: ChainState) => AppendOutcome | undefined,
    seal: (state: ChainState) => Uint8Array,
  ): Promise<AppendOutcome> {
    if (this.#closing.signal.aborted) return { kind: 'unavailable', detail: 'the log is closed' };
    if (this.#pending) return rejected('another append is pending');
    if (this.#unresolved !== undefined) return rejected('resolve the unknown append first');
    this.#pending = true;
    try {
      await (this.#options.delay?.() ?? Promise.resolve());
      const { state } = this.store;
      return refuse(state) ?? this.#land(seal(state));
    } finally {
      this.#pending = false;
    }
  }

  #land(bytes: Uint8Array): AppendOutcome {
    const fault = this.store.takeFault();
    if (fault === 'unavailable') return { kind: 'unavailable', detail: 'injected' };
    if (fault === 'unknown-late') this.store.keepLate(bytes);
    if (fault === undefined || fault === 'unknown-stored') this.store.land(bytes);
    if (fault === undefined) return { kind: 'committed', head: headOf(this.store.state) };
    this.#unresolved = bytes.slice(AT.hash, AT.hash + HASH_BYTES);
    return { kind: 'unknown', detail: 'injected' };
  }

  #accepted(verifier: FrameVerifier, position: number): StoredFrame | undefined {
    const opened = openFrame(this.store.at(position));
    if (isFault(opened)) {
      throw new LogCorruption(opened.detail, place(position), verifier.state.sequence);
    }
    return verifier.accept(opened, place(position)) === 'accepted' ? opened : undefined;
  }

  #hasUnresolved(): boolean {
    const { hash, logHash } = this.store.state;
    const sought = this.#unresolved;
    return sought !== undefined && (sameBytes(sought, hash) || sameBytes(sought, logHash));
  }

  async #hasDraft(draft: FrameDraft): Promise<boolean> {
    for await (const frame of this.read(draft.firstSequence)) return isDraft(frame, draft);
    return false;
  }
}

function place(position: number): string {
  return `memory position ${String(position)}`;
}
