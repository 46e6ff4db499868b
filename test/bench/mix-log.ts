/**
 * A log of the ingest mix, made in one process: population, trades, prices and liquidations through
 * the sequencer and the file log, without sockets. Log time advances as it would at 500,000 trades a
 * second.
 */
import { LATEST_LOGIC, ClearingHouse } from '#libs/clearing-house';
import {
  layouts,
  type Message,
  readRecord,
  recordLengthOf,
  templateIdAt,
  writeRecord,
} from '#libs/events';
import { FileEventLog, type FileLog } from '#libs/event-log-file';
import { forEachRecord, writeSnapshot } from '#libs/replay';
import { BUSY, type ReleasedFrame, Sequencer } from '#libs/runtime';
import { invariant } from '#libs/units';
import { openTicks, PUBLISHERS } from './ingest-market.js';
import { Population } from './ingest-population.js';
import { LiquidationDesk } from './liquidation-desk.js';
import { Xorshift32 } from './measure.js';
import { PriceWalk } from './price-walk.js';
import { RecordBatches } from './record-batches.js';
import { TradeRing } from './trade-ring.js';

const NOVATED = layouts.TradeNovated.templateId;
const START_US = 1_728_000_000_000_000;
const TRADES_PER_PRICE = 2_500;
const PRICES_PER_MOMENT = 4;
const MOMENT_US = 20_000;
const STEP_PPM = 400;
const DAY_US = 86_400_000_000;

export interface MixSetting {
  readonly directory: string;
  readonly accounts: number;
  readonly events: number;
  /** Trades that go round and round. */
  readonly ring: number;
  /** Events between snapshots. */
  readonly snapshotEvery: number;
  /** The last snapshot stands so many events before the end. */
  readonly tail: number;
  /** How often the last snapshot is written, each write timed. */
  readonly snapshotRepeats: number;
}

export interface MixLog {
  readonly events: number;
  readonly trades: number;
  readonly liquidations: number;
  readonly defaulted: number;
  readonly snapshotMs: readonly number[];
}

/** Makes the log and closes it in order. */
export async function makeMixLog(setting: MixSetting): Promise<MixLog> {
  const log = await FileEventLog.open({ directory: setting.directory });
  const { epoch } = await log.claim();
  const maker = new MixMaker(setting, log, epoch);
  await maker.populate();
  const made = await maker.fill();
  await log.close();
  return made;
}

class MixMaker {
  readonly #population: Population;
  readonly #walk = new PriceWalk(new Xorshift32(11), STEP_PPM);
  readonly #desk: LiquidationDesk;
  readonly #sequencer: Sequencer;
  readonly #feed = new RecordBatches(PUBLISHERS.feed);
  readonly #executor = new RecordBatches(PUBLISHERS.executor);
  readonly #house = new ClearingHouse();
  #timeUs = START_US;
  #wake: () => void = () => undefined;
  #stopped = '';

  constructor(
    private readonly setting: MixSetting,
    log: FileLog,
    epoch: number,
  ) {
    this.#population = new Population(setting.accounts);
    this.#desk = new LiquidationDesk(this.#population, this.#walk.marks, (input) => {
      this.#executor.add(input);
    });
    this.#sequencer = new Sequencer({
      house: this.#house,
      log,
      epoch,
      time: 'input',
      timeStepMaxUs: DAY_US,
      onReleased: (frame) => this.#decide(frame),
      onRoom: () => this.#wake(),
      onStopped: (reason) => (this.#stopped = reason),
    });
  }

  /** Reference data, accounts, money and opening positions. */
  async populate(): Promise<void> {
    const logicVersion = LATEST_LOGIC;
    const head = { publisher: PUBLISHERS.operator, publisherSequence: 0 };
    await this.#offerAll(encode({ type: 'LogicActivated', ...head, logicVersion }));
    const operator = new RecordBatches(PUBLISHERS.operator);
    for (const batch of this.#population.inputs(operator, START_US)) await this.#offerAll(batch);
    await this.#sequencer.drain();
  }

  /** Trades, prices and what the desk answers, until there are as many events as asked for. */
  async fill(): Promise<MixLog> {
    const { events, tail, snapshotEvery, snapshotRepeats } = this.setting;
    const { clock } = this.#house.state;
    invariant(events - tail > clock.sequence, 'the last snapshot comes after the population');
    const ring = new TradeRing(this.setting.ring, this.#population);
    let nextSnapshot = Math.ceil(clock.sequence / snapshotEvery) * snapshotEvery;
    let snapshotMs: number[] = [];
    let trades = 0;
    while (clock.sequence < events) {
      await this.#moment(ring, trades);
      trades += PRICES_PER_MOMENT * TRADES_PER_PRICE;
      if (snapshotMs.length === 0 && clock.sequence >= events - tail) {
        snapshotMs = await this.#snapshot(snapshotRepeats);
        nextSnapshot = Infinity;
      } else if (clock.sequence >= nextSnapshot) {
        await this.#snapshot(1);
        nextSnapshot += snapshotEvery;
      }
    }
    await this.#sequencer.drain();
    const { orders, defaulted } = this.#desk;
    return { events: clock.sequence, trades, liquidations: orders, defaulted, snapshotMs };
  }

  async #moment(ring: TradeRing, trades: number): Promise<void> {
    this.#timeUs += MOMENT_US;
    for (let k = 0; k < PRICES_PER_MOMENT; k += 1) {
      const instrument = this.#walk.move();
      const priceTicks = this.#walk.marks[instrument] ?? openTicks(instrument);
      const observedAt = this.#timeUs;
      const price = { instrument, priceTicks, observedAt, confidencePpm: 1_000_000 };
      this.#feed.add({ type: 'PriceObserved', ...price });
      for (const batch of this.#feed.takeAll()) await this.#offerAll(batch);
      const sent = trades + k * TRADES_PER_PRICE;
      await this.#offerAll(ring.records(sent, TRADES_PER_PRICE, this.#walk.marks));
      for (const batch of this.#executor.takeAll()) await this.#offerAll(batch);
    }
    this.#sequencer.flush();
    await Promise.resolve();
  }

  async #offerAll(batch: Uint8Array): Promise<void> {
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    let lookedAt = 0;
    for (let at = 0; at < batch.length; at += view.getUint32(at, true)) {
      if (at >= lookedAt) lookedAt = this.#house.lookAhead(view, at, batch.length);
      while (this.#sequencer.offer(view, at, this.#timeUs) === BUSY) {
        if (this.#stopped !== '') throw new Error(this.#stopped);
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }

  /** Writes a snapshot of the present state, `times` times, and names it in the log. */
  async #snapshot(times: number): Promise<number[]> {
    await this.#sequencer.settled();
    const spentMs: number[] = [];
    for (let k = 0; k < times; k += 1) {
      const startMs = performance.now();
      const { header, file } = await writeSnapshot(this.setting.directory, this.#house.state);
      spentMs.push(performance.now() - startMs);
      const { sequence, logicVersion, layoutVersion } = header;
      const stateRoot = Buffer.from(header.stateRoot, 'hex');
      const taken = { sequence, logicVersion, layoutVersion, stateRoot, file };
      if (k === 0) this.#sequencer.recordLog([encode({ type: 'SnapshotTaken', ...taken })]);
    }
    return spentMs;
  }

  #decide({ draft }: ReleasedFrame): void {
    forEachRecord(draft, (view, at) => {
      if (templateIdAt(view, at) !== NOVATED) this.#desk.take(readRecord(view, at));
    });
  }
}

function encode(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}
