import type { StreamSocket } from '#libs/runtime';
import type { Random } from '../market/random.js';
import type { FaultCounts } from './fault-counts.js';
import type { Process, Scheduler } from './scheduler.js';

const DELAY_US_MAX = 600;
/** One message in so many is late, and with it all behind it. */
const LATE_ONE_IN = 50;
const LATE_US_MAX = 30_000;
const NOTICED_US_MAX = 200_000;
const UNREAD_BYTES_HIGH = 64 * 1024;

export interface LinkOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counts: FaultCounts;
  /** Whether messages may be duplicated and reordered now. */
  readonly isFaulty: () => boolean;
  readonly node: Process;
  readonly onMessages: (bytes: Uint8Array) => void;
  readonly onClosed: () => void;
}

type Listener = (chunk: Buffer) => void;

/**
 * One connection of a client with a node. Whole messages of the client are delayed, duplicated and
 * overtaken; a drop cuts the message under way. What the node sends arrives in order or not at all.
 */
export class SimulatedLink implements StreamSocket {
  writableLength = 0;
  writableNeedDrain = false;
  private isOpen = true;
  private isHeld = false;
  private held: Buffer[] = [];
  private readonly underWay = new Set<Uint8Array>();
  private readonly listeners = new Map<string, Set<Listener>>();
  private toNodeUs = 0;
  private toClientUs = 0;

  constructor(private readonly options: LinkOptions) {}

  /** The client sends one whole message. */
  send(message: Uint8Array): void {
    if (!this.isOpen) return;
    const { random, counts, isFaulty } = this.options;
    const isFault = isFaulty();
    if (isFault && random.below(60) === 0) {
      counts.messageReordered += 1;
      this.carry(message, this.delayUs() + random.below(LATE_US_MAX));
      return;
    }
    this.carry(message, this.inOrder());
    if (isFault && random.below(150) === 0) this.options.scheduler.after(10, () => this.drop());
    if (isFault && random.below(60) === 0) {
      counts.messageDuplicated += 1;
      this.carry(message, this.delayUs() + random.below(LATE_US_MAX));
    }
  }

  /** The connection breaks: the node may get a part of a message, both sides notice later. */
  drop(): void {
    if (!this.isOpen) return;
    const { random, counts } = this.options;
    counts.connectionDropped += 1;
    const [message] = this.underWay;
    if (message !== undefined && this.options.node.isAlive && random.below(2) === 0) {
      counts.messageCut += 1;
      this.arrive(message.subarray(0, 1 + random.below(message.length - 1)));
    }
    this.close();
  }

  /** The client reads nothing for a while; what the node sends waits for it. */
  stall(durationUs: number): void {
    this.toClientUs = Math.max(this.toClientUs, this.options.scheduler.nowUs) + durationUs;
  }

  get isUsable(): boolean {
    return this.isOpen;
  }

  /** The node is gone: the client notices. */
  nodeDied(): void {
    this.close();
  }

  on(event: string, listener: Listener | (() => void)): void {
    const set = this.listeners.get(event) ?? new Set<Listener>();
    set.add(listener);
    this.listeners.set(event, set);
  }

  off(event: string, listener: Listener | (() => void)): void {
    this.listeners.get(event)?.delete(listener);
  }

  pause(): void {
    this.isHeld = true;
  }

  resume(): void {
    this.isHeld = false;
    this.options.scheduler.after(0, () => this.deliverHeld(), this.options.node);
  }

  isPaused(): boolean {
    return this.isHeld;
  }

  write(bytes: Uint8Array): boolean {
    this.transmit(bytes);
    if (this.writableLength > UNREAD_BYTES_HIGH) this.writableNeedDrain = true;
    return !this.writableNeedDrain;
  }

  end(bytes: Uint8Array): void {
    this.transmit(bytes);
    this.options.scheduler.after(this.toClientUs - this.options.scheduler.nowUs + 1, () =>
      this.close(),
    );
  }

  destroy(): void {
    this.close();
  }

  private carry(message: Uint8Array, delayUs: number): void {
    this.underWay.add(message);
    const arrived = (): void => {
      this.underWay.delete(message);
      if (!this.isOpen) return;
      // A message is one write, and yet the node may see it in two pieces.
      const cut = message.length > 1 ? this.options.random.below(message.length) : 0;
      if (cut > 0) this.arrive(message.subarray(0, cut));
      this.arrive(message.subarray(cut));
    };
    this.options.scheduler.after(delayUs, arrived, this.options.node);
  }

  private arrive(bytes: Uint8Array): void {
    this.held.push(Buffer.from(bytes));
    this.deliverHeld();
  }

  private deliverHeld(): void {
    while (!this.isHeld && this.isOpen) {
      const chunk = this.held.shift();
      if (chunk === undefined) return;
      this.emit('data', chunk);
    }
  }

  private transmit(bytes: Uint8Array): void {
    if (!this.isOpen) return;
    const copy = bytes.slice();
    const { scheduler } = this.options;
    this.writableLength += copy.length;
    this.toClientUs = Math.max(this.toClientUs + 1, scheduler.nowUs + this.delayUs());
    scheduler.after(this.toClientUs - scheduler.nowUs, () => {
      if (!this.isOpen) return;
      this.writableLength -= copy.length;
      this.options.onMessages(copy);
      if (!this.writableNeedDrain || this.writableLength > 0) return;
      this.writableNeedDrain = false;
      if (this.options.node.isAlive) this.emit('drain');
    });
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { scheduler, random, node } = this.options;
    scheduler.after(random.below(NOTICED_US_MAX), () => this.options.onClosed());
    scheduler.after(random.below(NOTICED_US_MAX), () => this.emit('close'), node);
  }

  private emit(event: string, chunk: Buffer = Buffer.alloc(0)): void {
    for (const listener of [...(this.listeners.get(event) ?? [])]) listener(chunk);
  }

  /** Delay until behind everything that was sent before. */
  private inOrder(): number {
    const { nowUs } = this.options.scheduler;
    this.toNodeUs = Math.max(this.toNodeUs + 1, nowUs + this.delayUs());
    return this.toNodeUs - nowUs;
  }

  private delayUs(): number {
    const { random, counts, isFaulty } = this.options;
    const isLate = random.below(LATE_ONE_IN) === 0;
    if (isLate && isFaulty()) counts.messageDelayed += 1;
    const late = isLate ? random.below(LATE_US_MAX) : 0;
    return 20 + random.below(DELAY_US_MAX) + late;
  }
}
