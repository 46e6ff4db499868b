import {
  type InputMessage,
  layouts,
  type Message,
  type MessageNamed,
  offsetsOf,
  recordLengthOf,
  writeRecord,
} from '#libs/events';
import { hash48, mix48 } from '#libs/units';
import { limitAfter } from './credit-limits.js';
import { fireDueTimers, nextDeadline } from './deadlines.js';
import { checkInput } from './input-checks.js';
import { followInput } from './input-effects.js';
import { judgePair } from './judging.js';
import { continueLiquidation } from './liquidating.js';
import { endFilledOrder } from './order-silence.js';
import { continueOldestSweep } from './sweeping.js';
import { decideTrade, novate, recordDetails, refuse } from './trading.js';
import type { TwinContext } from './twin-context.js';
import { type TwinIdentities, TwinState, unitOf } from './twin-state.js';

export interface ExpectedEvent {
  readonly sequence: number;
  readonly cause: number;
  readonly message: Message;
}

export type Outcome = 'accepted' | 'rejected' | 'duplicate' | 'gap';

export interface TwinOptions {
  /** Message ids that are remembered for each publisher. */
  readonly identityWindow?: number;
}

/** A message that says who sends it; a few decisions of the house do, too. */
type Headed = Extract<Message, { publisherSequence: number }>;

const IDENTITY_WINDOW = 1_000_000;
/** Of a report: how long its offer held, and the length of its details. */
const ACCEPT_BY_BYTES = 8;
const LENGTH_BYTES = 2;
/** Where the body of an input begins: behind the record's header and the session number. */
const BODY_AT = offsetsOf('PriceObserved').publisher;

/**
 * The rules of the house a second time: slow, obvious, in decimal numbers, written from
 * docs/rules.md and sharing no line with the core. It is given the same inputs and says which
 * events must follow.
 */
export class DecimalTwin implements TwinContext {
  readonly state = new TwinState();
  private expected: ExpectedEvent[] = [];
  private plans: MessageNamed<'LiquidationPlanned'>[] = [];
  private readonly identityWindow: number;

  constructor({ identityWindow = IDENTITY_WINDOW }: TwinOptions = {}) {
    this.identityWindow = identityWindow;
  }

  /** The events expected since the last call. */
  take(): ExpectedEvent[] {
    const taken = this.expected;
    this.expected = [];
    return taken;
  }

  emit(message: Message, cause: number): number {
    this.state.sequence += 1;
    const { sequence } = this.state;
    this.expected.push({ sequence, cause, message });
    const limit = limitAfter(this.state, message);
    if (limit !== undefined) this.emit(limit, sequence);
    return sequence;
  }

  /**
   * Hears what the house recorded in a step, before the twin takes it: of several plans that keep the
   * rules, the house's is the one that is checked.
   */
  hear(recorded: readonly ExpectedEvent[]): void {
    this.plans = recorded
      .map(({ message }) => message)
      .filter((message) => message.type === 'LiquidationPlanned');
  }

  nextPlan(unit: number): MessageNamed<'LiquidationPlanned'> | undefined {
    const place = this.plans.findIndex(({ account }) => account === unit);
    return place < 0 ? undefined : this.plans.splice(place, 1)[0];
  }

  continueLiquidation(unit: number, cause: number): void {
    continueLiquidation(this, unit, cause);
  }

  /** Deadline of the next timer, microseconds; Infinity when there is none. */
  nextDeadlineUs(): number {
    return nextDeadline(this.state);
  }

  /** Log time moves; what is due fires. The same moment again fires nothing. */
  advanceTime(timeUs: number): void {
    if (timeUs === this.state.timeUs) return;
    this.state.timeUs = timeUs;
    fireDueTimers(this);
  }

  /** An idle house notes that time moved on. */
  recordTime(): void {
    this.emit({ type: 'TimeAdvanced' }, this.state.sequence + 1);
  }

  /** One slice of the oldest running sweep; false when there is none. */
  continueSweep(): boolean {
    return continueOldestSweep(this);
  }

  /** Takes one message as an input, perhaps under a message id. */
  submit(message: Message, messageId = ''): Outcome {
    if (!('publisherSequence' in message)) {
      this.emit(rejectionOf(message, 603, ''), this.state.sequence + 1);
      return 'rejected';
    }
    // Nothing is remembered for a publisher whom nobody knows.
    const id = this.state.publishers.has(message.publisher) ? messageId : '';
    const idReason = id === '' ? 0 : this.checkIdentity(message, id);
    if (idReason === 'duplicate') return 'duplicate';
    const session = this.checkSession(message);
    if (session !== 'accepted') return session;
    if (idReason !== 0) {
      this.noteSession(message);
      this.emit(rejectionOf(message, idReason, id), this.state.sequence + 1);
      return 'rejected';
    }
    const identify = (): void => {
      if (id !== '') this.remember(message, id);
    };
    return message.type === 'TradeReported'
      ? this.submitTrade(message, identify)
      : this.submitOther(message, identify);
  }

  private submitTrade(
    m: Extract<InputMessage, { type: 'TradeReported' }>,
    identify: () => void,
  ): Outcome {
    const { state } = this;
    const trade = decideTrade(state, m);
    const sequence = state.sequence + 1;
    this.noteSession(m);
    if (typeof trade === 'number') {
      refuse(this, m, trade, sequence);
      identify();
      recordDetails(this, m, sequence);
      return 'rejected';
    }
    novate(this, m, trade, sequence);
    identify();
    recordDetails(this, m, sequence);
    endFilledOrder(this, m.liquidationOrder, sequence);
    judgePair(this, unitOf(state, m.buyer), unitOf(state, m.seller), sequence);
    return 'accepted';
  }

  private submitOther(
    m: Exclude<Headed, { type: 'TradeReported' }>,
    identify: () => void,
  ): Outcome {
    const { state } = this;
    const isKnown = state.publishers.has(m.publisher);
    const reason = !isKnown ? 101 : isInput(m) ? checkInput(state, m) : 603;
    const sequence = state.sequence + 1;
    this.noteSession(m);
    this.emit(reason === 0 ? m : rejectionOf(m, reason, ''), sequence);
    identify();
    if (reason !== 0 || !isInput(m)) return 'rejected';
    followInput(this, m, sequence);
    return 'accepted';
  }

  /** The session's last number of an unknown publisher is 0. */
  private checkSession(m: Headed): Outcome {
    if (m.publisherSequence === 0) return 'accepted';
    const last = this.state.publishers.get(m.publisher)?.lastSequence ?? 0;
    if (m.publisherSequence === last + 1) return 'accepted';
    return m.publisherSequence <= last ? 'duplicate' : 'gap';
  }

  private noteSession({ publisher, publisherSequence }: Headed): void {
    const row = this.state.publishers.get(publisher);
    if (row !== undefined && publisherSequence !== 0) row.lastSequence = publisherSequence;
  }

  private checkIdentity(m: Headed, messageId: string): number | 'duplicate' {
    const own = this.state.identities.get(m.publisher);
    const known = own?.byId.get(messageId);
    if (known !== undefined) return known.bodyHash === bodyHashOf(m) ? 'duplicate' : 601;
    const forgotten = own?.forgottenUpTo ?? '';
    return forgotten !== '' && messageId <= forgotten ? 602 : 0;
  }

  /** Remembers the id of the input recorded last, and forgets the oldest beyond the window. */
  private remember(m: Headed, messageId: string): void {
    const { state } = this;
    const { publisher } = m;
    const bodyHash = bodyHashOf(m);
    const input = state.sequence;
    this.emit({ type: 'InputIdentified', publisher, bodyHash, messageId }, input);
    const own = state.identities.get(publisher) ?? newIdentities();
    state.identities.set(publisher, own);
    own.byId.set(messageId, { bodyHash, sequence: input });
    if (own.byId.size <= this.identityWindow) return;
    const oldest = [...own.byId.keys()][0] ?? '';
    own.byId.delete(oldest);
    if (oldest > own.forgottenUpTo) own.forgottenUpTo = oldest;
  }
}

function isInput<M extends Message>(message: M): message is M & InputMessage {
  const { kind } = layouts[message.type];
  return kind === 'input' || kind === 'trade';
}

function bytesOf(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

/** How long the offer of a trade held is not part of what it says; its details are. */
function bodyHashOf(message: Message): number {
  const bytes = bytesOf(message);
  if (message.type !== 'TradeReported') return hash48(bytes, BODY_AT, bytes.length);
  const details = new TextEncoder().encode(message.details);
  const end = bytes.length - details.length - LENGTH_BYTES - ACCEPT_BY_BYTES;
  const hash = hash48(bytes, BODY_AT, end);
  return details.length === 0 ? hash : mix48(hash, hash48(details, 0, details.length));
}

function rejectionOf(message: Message, reason: number, messageId: string): Message {
  const head = 'publisherSequence' in message ? message : { publisherSequence: 0, publisher: 0 };
  return {
    type: 'InputRejected',
    publisherSequence: head.publisherSequence,
    publisher: head.publisher,
    reason,
    inputTemplateId: layouts[message.type].templateId,
    input: bytesOf(message),
    messageId,
  };
}

function newIdentities(): TwinIdentities {
  return { byId: new Map(), forgottenUpTo: '' };
}
