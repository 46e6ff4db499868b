import {
  encodeHeartbeat,
  encodeRefused,
  encodeReleased,
  encodeWelcome,
  type Hello,
  PROTOCOL_VERSION,
  REFUSED,
  type Refused,
} from '#libs/wire';
import type { IntakeBuffer } from './intake-buffer.js';
import type { FrameRelease } from './release.js';
import type { Sequencer } from './sequencer.js';
import type { StreamRights } from './stream-authority.js';
import { type IntakeOwner, StreamIntake } from './stream-intake.js';
import type { StreamLimits } from './stream-limits.js';
import type { StreamSocket } from './stream-socket.js';

/**
 * - `hello`: nothing was said yet.
 * - `greeting`: the hello is being looked at; then `open`.
 * - `ending`: nothing more is taken; what was taken before is still acknowledged.
 * - `ended`: the reason was sent.
 */
type Phase = 'hello' | 'greeting' | 'open' | 'ending' | 'ended';

const NOTHING = new Uint8Array(1 << 16);

export interface ConnectionEvents {
  readonly onHello: (connection: PublisherConnection, message: Uint8Array) => void;
  readonly onClosed: (connection: PublisherConnection) => void;
}

/** One publisher on the binary stream: takes batches, gets acknowledgements and decisions. */
export class PublisherConnection implements IntakeOwner {
  publisher = 0;
  templates: Uint8Array = NOTHING;
  subscribeFrom = 0;
  /** Live: released frames are sent as they come; before that it is caught up from the log. */
  isLive = false;
  private ackFrom = 0;
  private lastPublisherSequence = 0;
  /** Until it is ending; asked for each record. */
  isTaking = true;
  private phase: Phase = 'hello';
  private readonly intake: StreamIntake;
  /** Why it is ending, and the last event that may hold something to acknowledge. */
  private end: (Refused & { readonly afterSequence: number }) | undefined;
  /** Seconds in which nothing was heard, nothing was sent; since it ended. */
  private silentS = 0;
  private unsentS = 0;
  private endedS = 0;

  constructor(
    private readonly socket: StreamSocket,
    private readonly sequencer: Sequencer,
    private readonly limits: StreamLimits,
    private readonly events: ConnectionEvents,
    buffer: IntakeBuffer,
  ) {
    this.intake = new StreamIntake(sequencer, this, buffer);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.phase = 'ended';
      this.isTaking = false;
      events.onClosed(this);
    });
  }

  get isAlive(): boolean {
    return this.phase !== 'ended';
  }

  get isHandshaking(): boolean {
    return this.phase === 'hello';
  }

  get isWelcome(): boolean {
    return this.phase === 'open';
  }

  /** Goes on with what could not be taken when the sequencer was full. */
  resume(): void {
    if (!this.isTaking || !this.socket.isPaused()) return;
    if (this.intake.process()) this.socket.resume();
    this.sequencer.flush();
  }

  onHello(message: Uint8Array): void {
    this.phase = 'greeting';
    this.events.onHello(this, message);
  }

  onFault(code: number, text: string): void {
    this.finish(code, text);
  }

  /** The hello is accepted: this is whose connection it is, and what it may do. */
  identify(publisher: number, hello: Hello, { templates }: StreamRights): void {
    this.publisher = publisher;
    this.templates = templates;
    this.subscribeFrom = hello.subscribeFrom;
  }

  /** Answers the hello, with what is durable at this moment. */
  welcome(lastPublisherSequence: number, headSequence: number, ackFrom: number): void {
    if (this.phase !== 'greeting') return;
    this.phase = 'open';
    this.ackFrom = ackFrom;
    const { publisher, limits } = this;
    const { heartbeatS, silenceS } = limits;
    const state = { publisher, lastPublisherSequence, headSequence, ackFrom };
    this.send(encodeWelcome({ protocol: PROTOCOL_VERSION, ...state, heartbeatS, silenceS }));
  }

  /** From now on released frames are sent as they come; numbers up to the last one were told. */
  live(lastPublisherSequence: number): void {
    if (!this.isAlive) return;
    this.lastPublisherSequence = lastPublisherSequence;
    this.isLive = true;
    this.endIfAcknowledged(this.sequencer.durableSequence);
  }

  /** Sends what a durable frame says to this publisher. */
  release(release: FrameRelease): void {
    const acks = release.acksOf(this.publisher);
    if (acks !== undefined) this.lastPublisherSequence = acks.last;
    const isSubscriber = this.subscribeFrom > 0 && release.lastSequence >= this.subscribeFrom;
    if (isSubscriber || (acks !== undefined && acks.last >= this.ackFrom)) {
      const { ackFrom, lastPublisherSequence } = this;
      const options = { ackFrom, lastPublisherSequence, isSubscriber };
      this.send(encodeReleased(release.partsFor(this.publisher, options)));
    }
    if (this.isLive && this.socket.writableLength > this.limits.unreadBytes) {
      const next = String(release.lastSequence + 1);
      this.refuse(REFUSED.slow, `too slow; go on from sequence ${next}`);
    }
    this.endIfAcknowledged(release.lastSequence);
  }

  /** Whether what was sent is still waiting to be read; catching up stops meanwhile. */
  async drained(): Promise<void> {
    if (!this.isAlive || !this.socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  /** Takes nothing more, acknowledges what was taken when it is durable, then ends for a reason. */
  finish(code: number, text: string): void {
    if (!this.isTaking) return;
    const isUnwelcome = this.phase !== 'open';
    this.phase = 'ending';
    this.isTaking = false;
    this.end = { code, text, afterSequence: this.sequencer.house.state.clock.sequence };
    if (isUnwelcome) this.refuse(code, text);
    else if (this.isLive) this.endIfAcknowledged(this.sequencer.durableSequence);
    this.sequencer.flush();
  }

  /** Ends the connection now; what it sends is read no more. */
  refuse(code: number, text: string): void {
    if (!this.isAlive) return;
    this.phase = 'ended';
    this.isTaking = false;
    this.socket.end(encodeRefused({ code, text }));
    // What still comes is read and dropped: unread bytes would turn the end into a reset, which can
    // overtake the reason.
    this.socket.resume();
  }

  /** Called every second. */
  tick(): void {
    const { limits } = this;
    this.silentS += 1;
    if (this.phase === 'ended') {
      this.endedS += 1;
      if (this.endedS > limits.lingerS) this.socket.destroy();
    } else if (this.phase === 'hello' && this.silentS > limits.handshakeS) {
      this.refuse(REFUSED.handshake, `no hello in ${String(limits.handshakeS)} s`);
    } else if (this.phase === 'open') {
      this.beat();
    }
  }

  private beat(): void {
    const { limits } = this;
    this.unsentS += 1;
    if (this.unsentS >= limits.heartbeatS) this.send(encodeHeartbeat());
    // While it is paused it is not it that is silent: nobody listens.
    if (this.socket.isPaused()) this.silentS = 0;
    if (this.silentS <= limits.silenceS) return;
    this.refuse(REFUSED.silent, `nothing was heard for ${String(limits.silenceS)} s`);
  }

  private endIfAcknowledged(durableSequence: number): void {
    if (this.end === undefined || !this.isAlive || durableSequence < this.end.afterSequence) return;
    this.refuse(this.end.code, this.end.text);
  }

  private send(bytes: Uint8Array): void {
    if (!this.isAlive) return;
    this.unsentS = 0;
    this.socket.write(bytes);
  }

  private take(chunk: Buffer): void {
    // A hello has its deadline, however slowly it comes.
    if (this.phase !== 'hello') this.silentS = 0;
    if (!this.isTaking) return;
    const isRoom = this.intake.take(chunk);
    this.socket.free?.(chunk);
    if (!isRoom) this.socket.pause();
    this.sequencer.flush();
  }
}
