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
import { CHAIN, chainSurface, type Model } from './tick-chain.js';
import {
  BITCOIN,
  chainOpeningTicks,
  ETHER,
  EXPIRES_AT_US,
  MAINTENANCE_PPM,
  multiplierOf,
  openingTicks,
  tickReference,
} from './tick-market.js';

const START_US = 1_728_000_000_000_000;
const LOTS_MAX = 20;
/** What an option can lose is compared with a deposit as this share of what its underlying is worth. */
const OPTION_RISK = 0.25;
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
  /** Options of the chain that everybody holds besides, under a rulebook of this model. */
  readonly chain?: { readonly model: Model; readonly held: number };
  readonly seed: number;
}

interface Holding {
  readonly instrument: number;
  readonly lots: number;
  /** What the deposit is measured against. */
  readonly notional: number;
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
    const observedAt = this.house.state.clock.timeUs;
    this.#decide({
      type: 'PriceObserved',
      publisher: PUBLISHERS.operator,
      publisherSequence: 0,
      instrument,
      priceTicks,
      observedAt,
      confidencePpm: 1_000_000,
    });
  }

  /** New volatilities of a coin: a valuation epoch, whose sweep judges everybody. */
  surface(instrument: number, forwardTicks: number): void {
    const observedAt = this.house.state.clock.timeUs;
    const input = chainSurface(instrument, forwardTicks, observedAt, EXPIRES_AT_US);
    this.#decide({
      ...input,
      publisher: PUBLISHERS.operator,
      publisherSequence: 0,
    });
  }

  #decide(message: Message): void {
    const { house } = this;
    const length = writeRecord(this.#scratch, 0, message, 0);
    if (length > 512 || house.submit(this.#scratch, 0) !== OUTCOME.accepted) {
      throw new Error(`${message.type} was refused: [${String(house.lastReason)}]`);
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
    const { accounts, chain } = this.population;
    const batches = new RecordBatches(PUBLISHERS.operator);
    for (const input of tickReference(chain?.model)) batches.add(input);
    const opening = openingTicks();
    const ticksOf = (instrument: number): number => opening.get(instrument) ?? 0;
    if (chain !== undefined) for (const [id, ticks] of chainOpeningTicks()) opening.set(id, ticks);
    for (const [instrument, priceTicks] of opening) {
      const price = { instrument, priceTicks, observedAt: START_US, confidencePpm: 1_000_000 };
      batches.add({ type: 'PriceObserved', ...price });
    }
    for (const coin of chain === undefined ? [] : [BITCOIN, ETHER]) {
      batches.add(chainSurface(coin, ticksOf(coin), START_US, EXPIRES_AT_US));
    }
    const party = { member: 0, pool: 1, parent: 0, accountKind: 0 };
    for (let account = 1; account <= accounts; account += 1) {
      batches.add({ type: 'AccountOpened', ...party, name: `A${String(account)}` });
      const held = this.#holdings(account, ticksOf);
      const notional = held.reduce((sum, own) => sum + own.notional, 0);
      const amountMinor = Math.ceil(notional * this.#shareOf(account));
      batches.add({ type: 'CollateralDeposited', account, currency: 1, amountMinor });
      yield* batches.takeFull();
    }
    yield* batches.takeAll();
    this.onFunded();
    for (let account = 1; account < accounts; account += 2) {
      for (const { instrument, lots } of this.#holdings(account, ticksOf)) {
        const flipped = this.#random.below(2);
        const [buyer, seller] = [account + flipped, account + 1 - flipped];
        const priceTicks = ticksOf(instrument);
        batches.addTrade({ instrument, buyer, seller, lots, priceTicks, aggressor: 0 });
      }
      yield* batches.takeFull();
    }
    yield* batches.takeAll();
  }

  /** What both accounts of a pair hold, the one long and the other short. */
  #holdings(account: number, ticksOf: (instrument: number) => number): Holding[] {
    const { instruments, chain } = this.population;
    const held = instruments.map((instrument, place): Holding => {
      const lots = this.#lots(account, place);
      return { instrument, lots, notional: lots * multiplierOf(instrument) * ticksOf(instrument) };
    });
    for (let k = 0; k < (chain?.held ?? 0); k += 1) {
      const place = instruments.length + k;
      const option = CHAIN[(this.#lots(account, 2 * place) * 7 + 11 * k) % CHAIN.length];
      if (option === undefined || held.some(({ instrument }) => instrument === option.id)) continue;
      const lots = this.#lots(account, place);
      const spot = multiplierOf(option.underlying) * ticksOf(option.underlying);
      held.push({ instrument: option.id, lots, notional: lots * spot * OPTION_RISK });
    }
    return held;
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
