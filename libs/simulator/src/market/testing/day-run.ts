import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ClearingHouse } from '#libs/clearing-house';
import {
  type InputMessage,
  layoutByTemplate,
  type Message,
  readRecord,
  recordLengthAt,
  templateIdAt,
  writeRecord,
} from '#libs/events';
import { type Bar, readBars } from '../bar-file.js';
import { type MarketDay, TOLD_TO_MARKET_DAY } from '../market-day.js';
import { VENUE_ID } from '../publishers.js';
import { TRADE_BYTES } from '../trade-record.js';

const isTold = Array.from({ length: 256 }, (_, templateId) => {
  const layout = layoutByTemplate(templateId);
  return layout !== undefined && TOLD_TO_MARKET_DAY.has(layout.name);
});

/** The bars of the demo day, or a span of them. */
export function demoBars(fromBar = 0, toBar = 1440): Map<string, Bar[]> {
  const read = (name: string): Bar[] => {
    const url = new URL(`../../../data/${name}-1m-20210519.csv`, import.meta.url);
    return readBars(readFileSync(fileURLToPath(url), 'utf8')).slice(fromBar, toBar);
  };
  return new Map([
    ['BTCUSDT', read('btcusdt')],
    ['ETHUSDT', read('ethusdt')],
  ]);
}

/**
 * Runs a market day through a clearing house in the schedule of the node: a slice of a running
 * sweep after each input, all sweeps drained before log time advances, decisions told at the end of
 * each step. Every input's bytes go into a hash.
 */
export class DayRun {
  private readonly inputHash = createHash('sha256');
  private readonly recordHash = createHash('sha256');
  private readonly scratch = new DataView(new ArrayBuffer(1 << 20));
  private readonly sequences = [0, 0, 0, 0, 0];
  private messages: Message[] = [];
  private messageSequences: number[] = [];
  /** What was told at the end of genesis (first) and of each step, with the sequences. */
  readonly told: { messages: readonly Message[]; sequences: readonly number[] }[] = [];
  records = 0;
  inputs = 0;
  generatorMs = 0;
  slices = 0;

  constructor(
    private readonly day: MarketDay,
    readonly house = new ClearingHouse(),
  ) {}

  /** Runs genesis and all steps, or the first `steps`. */
  run(steps = this.day.steps): this {
    const { day } = this;
    this.advance(day.startTimeUs);
    for (const input of this.timed(() => day.genesis())) this.send(input);
    this.tell();
    for (let step = 0; step < steps; step++) {
      this.advance(day.stepTimeUs(step));
      for (const input of this.timed(() => day.inputs(step))) this.send(input);
      this.sendTrades(step);
      this.tell();
    }
    this.drain();
    this.cut();
    return this;
  }

  /** Hash of all inputs as they were sent. */
  inputDigest(): string {
    return this.inputHash.copy().digest('hex');
  }

  /** Hash of what another market day sends when it is told the same; without a clearing house. */
  replayDigest(day: MarketDay): string {
    const hash = createHash('sha256');
    const sequences = [0, 0, 0, 0, 0];
    const send = (input: InputMessage): void => {
      const publisherSequence = (sequences[input.publisher] ?? 0) + 1;
      sequences[input.publisher] = publisherSequence;
      const length = writeRecord(this.scratch, 0, { ...input, publisherSequence }, 0);
      hash.update(new Uint8Array(this.scratch.buffer, 0, length));
    };
    for (const input of day.genesis()) send(input);
    for (const [k, { messages, sequences: of }] of this.told.entries()) {
      day.onDecisions(messages, of);
      if (k === day.steps) break;
      for (const input of day.inputs(k)) send(input);
      const from = (sequences[VENUE_ID] ?? 0) + 1;
      let count = 0;
      // In odd portions: how the trades are cut must not matter.
      for (let wrote = -1; wrote !== 0; count += wrote) {
        wrote = day.writeTrades(k, this.scratch, count * TRADE_BYTES, from + count, 7);
      }
      sequences[VENUE_ID] = from + count - 1;
      hash.update(new Uint8Array(this.scratch.buffer, 0, count * TRADE_BYTES));
    }
    return hash.digest('hex');
  }

  /** Hash of all records of the clearing house. */
  recordDigest(): string {
    return this.recordHash.copy().digest('hex');
  }

  private timed<T>(work: () => T): T {
    const start = performance.now();
    const result = work();
    this.generatorMs += performance.now() - start;
    return result;
  }

  private advance(timeUs: number): void {
    this.drain();
    this.cut();
    if (timeUs > this.house.state.clock.timeUs) this.house.advanceTime(timeUs);
  }

  private send(input: InputMessage): void {
    const publisherSequence = (this.sequences[input.publisher] ?? 0) + 1;
    this.sequences[input.publisher] = publisherSequence;
    const length = writeRecord(this.scratch, 0, { ...input, publisherSequence }, 0);
    this.submit(0, length);
  }

  private sendTrades(step: number): void {
    for (;;) {
      const from = (this.sequences[VENUE_ID] ?? 0) + 1;
      const count = this.timed(() => this.day.writeTrades(step, this.scratch, 0, from));
      if (count === 0) return;
      this.sequences[VENUE_ID] = from + count - 1;
      for (let k = 0; k < count; k++) this.submit(k * TRADE_BYTES, TRADE_BYTES);
    }
  }

  private submit(at: number, length: number): void {
    this.inputHash.update(new Uint8Array(this.scratch.buffer, at, length));
    this.inputs += 1;
    if (this.house.isFrameFull) this.cut();
    this.house.submit(this.scratch, at);
    if (this.house.continueSweep()) this.slices += 1;
  }

  private drain(): void {
    while (this.house.hasRunningSweep) {
      if (this.house.isFrameFull) this.cut();
      this.house.continueSweep();
      this.slices += 1;
    }
  }

  /** Ends the frame: what is of interest is kept for the market day. */
  private cut(): void {
    const { frame } = this.house;
    let at = 0;
    for (let k = 0; k < frame.count; k++) {
      if (isTold[templateIdAt(frame.view, at)] === true) {
        this.messages.push(readRecord(frame.view, at));
        this.messageSequences.push(frame.firstSequence + k);
      }
      at += recordLengthAt(frame.view, at);
    }
    this.records += frame.count;
    this.recordHash.update(frame.bytes.subarray(0, frame.length));
    this.house.assertConserved();
    this.house.beginFrame();
  }

  private tell(): void {
    this.drain();
    this.cut();
    this.timed(() => this.day.onDecisions(this.messages, this.messageSequences));
    this.told.push({ messages: this.messages, sequences: this.messageSequences });
    this.messages = [];
    this.messageSequences = [];
  }
}
