import {
  decodeRefused,
  decodeReleased,
  decodeWelcome,
  encodeHeartbeat,
  encodeHello,
  MessageSplitter,
  PROTOCOL_VERSION,
  type Released,
  STREAM,
  type Welcome,
} from '#libs/wire';
import type { Random } from '../market/random.js';
import type { SimulatedLink } from './simulated-link.js';
import type { Scheduler } from './scheduler.js';

const RETRY_US_MIN = 20_000;
const RETRY_US_MAX = 200_000;
const HEARTBEAT_US = 7_000_000;
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** Opens a connection to the node; undefined while there is none that listens. */
export type Dial = (
  onMessages: (bytes: Uint8Array) => void,
  onClosed: () => void,
) => SimulatedLink | undefined;

export interface ClientOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly dial: Dial;
  readonly publisher: string;
}

/** A client of the publishers' stream that connects again whenever it is cut off. */
export abstract class StreamClient {
  /** Connections that the node welcomed. */
  welcomes = 0;
  /** Why the node ended connections: count by code. */
  readonly refusals = new Map<number, number>();
  protected link: SimulatedLink | undefined;
  protected isWelcome = false;

  /** Connections so far; what an older one says is nobody's any more. */
  private generation = 0;

  constructor(protected readonly options: ClientOptions) {}

  start(): void {
    this.retry();
  }

  /**
   * Takes its connection for broken and makes another one, while the node still holds the first and
   * messages are under way on it. False when there is none.
   */
  abandon(): boolean {
    if (this.link === undefined || !this.isWelcome) return false;
    this.generation += 1;
    this.link = undefined;
    this.isWelcome = false;
    this.connect();
    return true;
  }

  /** Reads nothing for a while. False when there is no connection. */
  stall(durationUs: number): boolean {
    this.link?.stall(durationUs);
    return this.link !== undefined;
  }

  protected abstract subscribeFrom(): number;
  protected abstract ackFrom(): number;
  protected abstract welcomed(welcome: Welcome): void;
  protected abstract released(released: Released): void;

  private retry(): void {
    const { scheduler, random } = this.options;
    const delayUs = RETRY_US_MIN + random.below(RETRY_US_MAX - RETRY_US_MIN);
    const { generation } = this;
    scheduler.after(delayUs, () => {
      if (generation === this.generation) this.connect();
    });
  }

  private connect(): void {
    this.generation += 1;
    const { generation } = this;
    const splitter = new MessageSplitter(MESSAGE_BYTES_MAX, (kind, message) => {
      if (kind === STREAM.welcome) {
        this.isWelcome = true;
        this.welcomes += 1;
        this.welcomed(decodeWelcome(message));
      } else if (kind === STREAM.released) {
        this.released(decodeReleased(message));
      } else if (kind === STREAM.refused) {
        const { code } = decodeRefused(message);
        this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
      }
    });
    const closed = (): void => {
      stopBeating();
      if (generation !== this.generation) return;
      this.link = undefined;
      this.isWelcome = false;
      this.retry();
    };
    const heard = (bytes: Uint8Array): void => {
      if (generation === this.generation) splitter.push(bytes);
    };
    this.link = this.options.dial(heard, closed);
    const stopBeating = this.beat(this.link);
    if (this.link === undefined) {
      this.retry();
      return;
    }
    const { publisher } = this.options;
    const wanted = { subscribeFrom: this.subscribeFrom(), ackFrom: this.ackFrom() };
    this.link.send(encodeHello({ protocol: PROTOCOL_VERSION, ...wanted, publisher, token: '' }));
  }

  /** Says from time to time that it is there; returns what ends that. */
  private beat(link: SimulatedLink | undefined): () => void {
    let isOver = link === undefined;
    const again = (): void => {
      if (isOver || link !== this.link) return;
      if (this.isWelcome) link?.send(encodeHeartbeat());
      this.options.scheduler.after(HEARTBEAT_US, again);
    };
    this.options.scheduler.after(HEARTBEAT_US, again);
    return () => {
      isOver = true;
    };
  }
}
