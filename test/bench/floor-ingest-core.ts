import { createHash } from 'node:crypto';
import { fdatasync, write } from 'node:fs';
import type net from 'node:net';
import { SAFE_LIMIT, getInt64, invariant, putInt64 } from '#libs/units';
import { ACCOUNTS, ACK_BYTES, EVENT, INSTRUMENTS, RECORD } from './floor-ingest-wire.js';

const FRAME_EVENTS = 32_768;
/** Room for what one more read of the socket can hold (64 KiB). */
const PAUSE_EVENTS = FRAME_EVENTS - 2048;
const CELL = 2;
/** Cash, trade count, then lots and cost an instrument; 48 doubles, 6 cache lines. */
const STRIDE = 48;
const HEADER = 4;
const FEE_DIVISOR = 10_000;

const HASH_BYTES = 32;

/** Room for the events of a frame and, right behind them, its hash. */
class Frame {
  readonly bytes = Buffer.alloc(FRAME_EVENTS * EVENT.bytes + HASH_BYTES);
  readonly view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
  events = 0;
}

/** The core of the bare ingest loop, for one connection: one frame fills while one is written. */
export class BareCore {
  /** Highest sequence on disk, and the frames that took. */
  durable = 0;
  frames = 0;
  readonly #fd: number;
  readonly #socket: net.Socket;
  readonly #rows = new Float64Array(ACCOUNTS * STRIDE);
  #filling = new Frame();
  #spare = new Frame();
  #writing = false;
  #sequence = 0;
  #offset = 0;
  #previousHash = Buffer.alloc(32);
  #partial = Buffer.alloc(0);

  constructor(fd: number, socket: net.Socket) {
    this.#fd = fd;
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  #receive(chunk: Buffer): void {
    const bytes = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const whole = bytes.length - (bytes.length % RECORD.bytes);
    for (let at = 0; at < whole; at += RECORD.bytes) this.#step(bytes, view, at);
    this.#partial = Buffer.from(bytes.subarray(whole));
    if (this.#filling.events > PAUSE_EVENTS) this.#socket.pause();
    this.#flush();
  }

  #step(bytes: Buffer, view: DataView, at: number): void {
    const instrument = view.getUint32(at + RECORD.instrument, true);
    const buyer = view.getUint32(at + RECORD.buyer, true);
    const seller = view.getUint32(at + RECORD.seller, true);
    const priceTicks = getInt64(view, at + RECORD.priceTicks);
    const lots = getInt64(view, at + RECORD.lots);
    invariant(getInt64(view, at + RECORD.sequence) === this.#sequence + 1, 'sequences are dense');
    invariant(instrument < INSTRUMENTS, 'the instrument is known');
    invariant(buyer < ACCOUNTS && seller < ACCOUNTS && buyer !== seller, 'two accounts are known');
    invariant(priceTicks > 0 && lots > 0 && priceTicks * lots < SAFE_LIMIT, 'amounts are in range');
    this.#sequence += 1;
    const feeMinor = Math.floor((priceTicks * lots) / FEE_DIVISOR);
    const frame = this.#filling;
    const to = frame.events * EVENT.bytes;
    bytes.copy(frame.bytes, to, at, at + RECORD.bytes);
    putInt64(
      frame.view,
      to + EVENT.buyerLots,
      this.#book(buyer, instrument, lots, priceTicks, feeMinor),
    );
    putInt64(
      frame.view,
      to + EVENT.sellerLots,
      this.#book(seller, instrument, -lots, priceTicks, feeMinor),
    );
    frame.events += 1;
  }

  #book(
    account: number,
    instrument: number,
    lots: number,
    priceTicks: number,
    fee: number,
  ): number {
    const rows = this.#rows;
    const row = account * STRIDE;
    const cell = row + HEADER + instrument * CELL;
    const newLots = rows[cell]! + lots;
    rows[cell] = newLots;
    rows[cell + 1] = rows[cell + 1]! + lots * priceTicks;
    rows[row] = rows[row]! - fee;
    rows[row + 1] = rows[row + 1]! + 1;
    return newLots;
  }

  #flush(): void {
    if (this.#writing || this.#filling.events === 0) return;
    this.#writing = true;
    const frame = this.#filling;
    this.#filling = this.#spare;
    this.#spare = frame;
    const last = this.#sequence;
    const end = frame.events * EVENT.bytes;
    const hash = createHash('sha256').update(this.#previousHash);
    this.#previousHash = hash.update(frame.bytes.subarray(0, end)).digest();
    this.#previousHash.copy(frame.bytes, end);
    const length = end + HASH_BYTES;
    const offset = this.#offset;
    this.#offset += length;
    write(this.#fd, frame.bytes, 0, length, offset, (failure, written) => {
      if (failure) throw failure;
      invariant(written === length, 'a frame is written whole');
      fdatasync(this.#fd, (syncFailure) => {
        if (syncFailure) throw syncFailure;
        this.#release(frame, last);
      });
    });
  }

  #release(frame: Frame, last: number): void {
    frame.events = 0;
    this.durable = last;
    this.frames += 1;
    this.#writing = false;
    const ack = Buffer.alloc(ACK_BYTES);
    putInt64(new DataView(ack.buffer, ack.byteOffset, ACK_BYTES), 0, last);
    this.#socket.write(ack);
    this.#flush();
    if (this.#socket.isPaused()) this.#socket.resume();
  }
}
