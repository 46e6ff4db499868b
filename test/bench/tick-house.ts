/** The core alone with the population of the `ticks` benchmark, built by events as any other. */
import {
  ClearingHouse,
  FrameBuffer,
  HouseState,
  LATEST_LOGIC,
  OUTCOME,
} from '#libs/clearing-house';
import type { WatchMaker } from '#libs/clearing-house';
import { type Message, recordLengthOf, writeRecord } from '#libs/events';
import { PUBLISHERS } from './ingest-market.js';
import { Xorshift32 } from './measure.js';
import { RecordBatches } from './record-batches.js';
import { MAINTENANCE_PPM, multiplierOf, openingTicks, tickReference } from './tick-market.js';

const START_US = 1_728_000_000_000_000;
const LOTS_MAX = 20;
/** Log time between two frames: a real minute would let the orders of a silent venue time out. */
const FRAME_US = 1_000;

export interface TickPopulation {
  readonly accounts: number;
  /** Accounts whose deposit is 5 to 60 % of their notional; the others have more. */
  readonly tight: number;
  /** Least and most that the others deposit, shares of their notional, spread evenly in logarithm. */
  readonly leastShare: number;
  readonly mostShare: number;
  /** Contracts in which everybody has a position. */
  readonly instruments: readonly number[];
  readonly seed: number;
}

export class TickHouse {
  readonly house: ClearingHouse;
  readonly buildSeconds: number;
  readonly #scratch = new DataView(new ArrayBuffer(512));
  readonly #random: Xorshift32;

  constructor(
    readonly population: TickPopulation,
    watchOf?: WatchMaker,
    /** Called when all accounts have their cash and none a position. */
    private readonly onFunded: () => void = () => undefined,
  ) {
    const start = performance.now();
    this.house = new ClearingHouse(new HouseState(), new FrameBuffer(), undefined, watchOf);
    this.#random = new Xorshift32(population.seed);
    this.house.advanceTime(START_US);
    this.#submitOne({
      type: 'LogicActivated',
      publisher: PUBLISHERS.operator,
      publisherSequence: 0,
      logicVersion: LATEST_LOGIC,
    });
    for (const batch of this.#inputs()) this.#submitAll(batch);
    this.#finish();
    this.buildSeconds = (performance.now() - start) / 1000;
  }

  /** A price and all that it causes: sweeps that it starts run to their end. */
  price(instrument: number, priceTicks: number): void {
    const { house } = this;
    const length = writeRecord(
      this.#scratch,
      0,
      {
        type: 'PriceObserved',
        publisher: PUBLISHERS.operator,
        publisherSequence: 0,
        instrument,
        priceTicks,
        observedAt: house.state.clock.timeUs,
        confidencePpm: 1_000_000,
      },
      0,
    );
    if (length > 512 || house.submit(this.#scratch, 0) !== OUTCOME.accepted) {
      throw new Error(`a price was refused: [${String(house.lastReason)}]`);
    }
    while (house.hasRunningSweep) {
      this.#cutFullFrame();
      house.continueSweep();
    }
  }

  /** Ends the frame, as a minute does, with all that is checked when one ends. */
  cut(): void {
    const { house } = this;
    house.assertConserved();
    house.beginFrame();
    house.advanceTime(house.state.clock.timeUs + FRAME_US);
  }

  *#inputs(): Generator<Uint8Array> {
    const { accounts, instruments } = this.population;
    const batches = new RecordBatches(PUBLISHERS.operator);
    for (const input of tickReference()) batches.add(input);
    const opening = openingTicks();
    const ticksOf = (instrument: number): number => opening.get(instrument) ?? 0;
    for (const [instrument, priceTicks] of opening) {
      const price = { instrument, priceTicks, observedAt: START_US, confidencePpm: 1_000_000 };
      batches.add({ type: 'PriceObserved', ...price });
    }
    const party = { member: 0, pool: 1, parent: 0, accountKind: 0 };
    for (let account = 1; account <= accounts; account += 1) {
      batches.add({ type: 'AccountOpened', ...party, name: `A${String(account)}` });
      let notional = 0;
      for (const [place, instrument] of instruments.entries()) {
        notional += this.#lots(account, place) * multiplierOf(instrument) * ticksOf(instrument);
      }
      const amountMinor = Math.ceil(notional * this.#shareOf(account));
      batches.add({ type: 'CollateralDeposited', account, currency: 1, amountMinor });
      yield* batches.takeFull();
    }
    yield* batches.takeAll();
    this.onFunded();
    for (let account = 1; account < accounts; account += 2) {
      for (const [place, instrument] of instruments.entries()) {
        const lots = this.#lots(account, place);
        const flipped = this.#random.below(2);
        const [buyer, seller] = [account + flipped, account + 1 - flipped];
        const priceTicks = ticksOf(instrument);
        batches.addTrade({ instrument, buyer, seller, lots, priceTicks, aggressor: 0 });
      }
      yield* batches.takeFull();
    }
    yield* batches.takeAll();
  }

  /** Lots of a position: the same for both accounts of a pair, which trade with each other. */
  #lots(account: number, place: number): number {
    const pair = (account + 1) >> 1;
    const mixed = Math.imul(pair * 8 + place, 0x9e3779b1) ^ this.population.seed;
    return 1 + ((mixed >>> 8) % LOTS_MAX);
  }

  /** Deposit over notional. The tight ones lie evenly among the rest. */
  #shareOf(account: number): number {
    const { accounts, tight, leastShare, mostShare } = this.population;
    const uniform = this.#random.next() / 2 ** 32;
    const isTight =
      Math.floor((account * tight) / accounts) > Math.floor(((account - 1) * tight) / accounts);
    if (isTight) return 2 * (MAINTENANCE_PPM / 1e6) + 0.55 * uniform;
    return leastShare * (mostShare / leastShare) ** uniform;
  }

  #submitOne(message: Message): void {
    const bytes = new Uint8Array(recordLengthOf(message));
    writeRecord(new DataView(bytes.buffer), 0, message, 0);
    this.#submitAll(bytes);
  }

  #submitAll(batch: Uint8Array): void {
    const { house } = this;
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    for (let at = 0; at < batch.length; at += view.getUint32(at, true)) {
      this.#cutFullFrame();
      if (house.submit(view, at) !== OUTCOME.accepted) {
        throw new Error(`an input was refused: [${String(house.lastReason)}]`);
      }
    }
  }

  #finish(): void {
    while (this.house.continueSweep()) this.#cutFullFrame();
    this.cut();
  }

  #cutFullFrame(): void {
    if (this.house.isFrameFull) this.house.beginFrame();
  }
}
