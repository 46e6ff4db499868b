import { createHash } from 'node:crypto';
import { A, P } from '#libs/clearing';
import {
  ClearingHouse,
  type FrameBuffer,
  HouseState,
  OUTCOME,
  type WatchMaker,
  writeStateRows,
} from '#libs/clearing-house';
import {
  type InputMessage,
  type Message,
  type MessageNamed,
  readRecord,
  recordLengthAt,
  writeRecord,
} from '#libs/events';

/** What a caller may leave out of an input: it is unsequenced and from the operator. */
export type Input = InputMessage extends infer M
  ? M extends InputMessage
    ? Omit<M, 'publisher' | 'publisherSequence'> & {
        publisher?: number;
        publisherSequence?: number;
      }
    : never
  : never;

/** Drives a clearing house by messages, a frame for each call, and collects what it recorded. */
export class HouseDriver {
  readonly house: ClearingHouse;
  readonly events: { sequence: number; cause: number; message: Message }[] = [];
  private readonly scratch = new DataView(new ArrayBuffer(1 << 16));

  /** `keep` is given every frame that holds records, before it is reused. */
  constructor(
    state = new HouseState(),
    private readonly keep?: (frame: FrameBuffer, frameTimeUs: number) => void,
    watchOf?: WatchMaker,
  ) {
    this.house = new ClearingHouse(state, undefined, undefined, watchOf);
  }

  get state(): HouseState {
    return this.house.state;
  }

  /** Sequence of the last event. */
  get sequence(): number {
    return this.state.clock.sequence;
  }

  /** Submits one input; returns the events it led to, its own record first. */
  submit(input: Input, messageId = ''): Message[] {
    const message = { publisher: 1, publisherSequence: 0, ...input } as Message;
    writeRecord(this.scratch, 0, message, 0);
    this.lastOutcome = this.house.submit(this.scratch, 0, messageId);
    return this.cut();
  }

  /** Submits several inputs into one frame. */
  submitAll(inputs: readonly Input[]): Message[] {
    for (const input of inputs) {
      const message = { publisher: 1, publisherSequence: 0, ...input } as Message;
      writeRecord(this.scratch, 0, message, 0);
      this.lastOutcome = this.house.submit(this.scratch, 0);
    }
    return this.cut();
  }

  /** OUTCOME of the last input. */
  lastOutcome = 0;

  /** Submits an input that must be accepted; throws its reason otherwise. */
  accept(input: Input): Message[] {
    const before = this.events.length;
    const events = this.submit(input);
    if (this.house.lastReason !== 0 || this.events.length === before) {
      throw new Error(`${input.type} was refused: ${String(this.house.lastReason)}`);
    }
    return events;
  }

  /** Submits an input and returns the reason for which it was refused (0: it was not). */
  refuse(input: Input, messageId = ''): number {
    this.submit(input, messageId);
    return this.house.lastReason;
  }

  /** Moves log time, then finishes all sweeps. */
  time(timeUs: number): Message[] {
    this.house.advanceTime(timeUs);
    return [...this.cut(), ...this.drain()];
  }

  /** Continues the oldest running sweep by one slice. */
  slice(): Message[] {
    this.house.continueSweep();
    return this.cut();
  }

  /** Records that log time moved on, as an idle house does. */
  idle(timeUs: number): Message[] {
    this.house.advanceTime(timeUs);
    this.house.recordTime();
    return this.cut();
  }

  /** Finishes all running sweeps. */
  drain(): Message[] {
    const events: Message[] = [];
    while (this.house.hasRunningSweep) events.push(...this.slice());
    return events;
  }

  /** Balance of a purse, minor units. */
  balance(account: number, currency = 1): number {
    return this.state.balances.balance(account, currency);
  }

  reserved(account: number, currency = 1): number {
    return this.state.balances.reserved(account, currency);
  }

  /** Signed lots of a position. */
  lots(account: number, instrument = 1): number {
    const row = this.state.positions.find(account, instrument);
    return row === 0 ? 0 : this.state.positions.get(row, P.lots);
  }

  /** Signed cost of a position, minor units. */
  cost(account: number, instrument = 1): number {
    const row = this.state.positions.find(account, instrument);
    return row === 0 ? 0 : this.state.positions.get(row, P.costMinor);
  }

  /** A house ledger (column of `L`), minor units. */
  ledger(column: number, currency = 1): number {
    return this.state.house.get(currency, column);
  }

  /** State of an account's saga (`SAGA`). */
  saga(account: number): number {
    return this.state.accounts.get(account, A.sagaState);
  }

  /** Equity and requirements of a margin unit as they stand, pool's base currency minor units. */
  figures(unit: number): { equity: number; maintenance: number; initial: number } {
    const { judgement } = this.house;
    judgement.evaluation.evaluate(unit);
    const { equityMinor, maintenanceMinor, initialMinor } = judgement.figures();
    return { equity: equityMinor, maintenance: maintenanceMinor, initial: initialMinor };
  }

  /** Hash of all business rows: whether anything with money in it changed. */
  businessRoot(): string {
    const hash = createHash('sha256');
    writeStateRows(this.state, 'business', (chunk) => hash.update(chunk));
    return hash.digest('hex');
  }

  private cut(): Message[] {
    const { frame } = this.house;
    const messages: Message[] = [];
    let at = 0;
    for (let k = 0; k < frame.count; k++) {
      const message = readRecord(frame.view, at);
      const sequence = frame.firstSequence + k;
      const cause = sequence - frame.view.getUint32(at + 4, true);
      this.events.push({ sequence, cause, message });
      messages.push(message);
      at += recordLengthAt(frame.view, at);
    }
    this.house.assertConserved();
    if (frame.count > 0) this.keep?.(frame, this.house.frameTimeUs);
    this.house.beginFrame();
    return messages;
  }
}

/** Names of the events, in order. */
export function namesOf(messages: readonly Message[]): string[] {
  return messages.map((message) => message.type);
}

/** All events of one name. */
export function eventsOf<N extends Message['type']>(
  messages: readonly Message[],
  name: N,
): MessageNamed<N>[] {
  return messages.filter((message) => message.type === name) as unknown as MessageNamed<N>[];
}

/** The one event of that name; throws when there is none, or more. */
export function eventOf<N extends Message['type']>(
  messages: readonly Message[],
  name: N,
): MessageNamed<N> {
  const [found, ...others] = eventsOf(messages, name);
  if (found === undefined || others.length > 0) {
    throw new Error(`expected one ${name} among ${namesOf(messages).join(', ')}`);
  }
  return found;
}

export { OUTCOME };
