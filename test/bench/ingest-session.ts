import { readRecord, recordLengthAt } from '#libs/events';
import { StreamConnection } from '#libs/sdk';
import type { Released } from '#libs/wire';
import { type BareInput, INSTRUMENTS, PUBLISHERS } from './ingest-market.js';
import { LiquidationDesk } from './liquidation-desk.js';
import { Xorshift32 } from './measure.js';
import type { Population } from './ingest-population.js';
import { OptionDesk } from './option-desk.js';
import type { OptionPopulation } from './option-population.js';
import { OptionWalk } from './option-walk.js';
import { PriceWalk } from './price-walk.js';
import { RecordBatches } from './record-batches.js';

const FEED_TICK_MS = 5;

/** One publisher's connection: numbers its inputs, tells when they are durable. */
export class InputSession {
  readonly batches: RecordBatches;
  /** Last event that is durable, as far as this session was told. */
  headSequence: number;
  #acknowledged: number;
  #publisher: StreamConnection | undefined;
  #wake: () => void = () => undefined;
  /** Ends when all that was flushed before is sent: numbers must leave in their order. */
  #sending: Promise<void> = Promise.resolve();
  #refused: string | undefined;

  private constructor(
    publisher: number,
    private readonly onReleased: (released: Released) => void,
  ) {
    this.batches = new RecordBatches(publisher);
    this.headSequence = 0;
    this.#acknowledged = 0;
  }

  static async open(
    address: string,
    name: keyof typeof PUBLISHERS,
    subscribeFrom = 0,
    onReleased: (released: Released) => void = () => undefined,
  ): Promise<InputSession> {
    const session = new InputSession(PUBLISHERS[name], onReleased);
    session.#publisher = await StreamConnection.open({
      address,
      publisher: name,
      subscribeFrom,
      onReleased: (released) => session.#take(released),
      onClosed: ({ code, text }) => {
        if (code !== 0) session.#refused = `${name} was refused: ${text}`;
        session.#wake();
      },
    });
    const { publisher, lastPublisherSequence, headSequence } = session.#publisher.welcome;
    session.batches.publisher = publisher;
    session.batches.publisherSequence = lastPublisherSequence;
    session.#acknowledged = lastPublisherSequence;
    session.headSequence = headSequence;
    return session;
  }

  submit(input: BareInput): void {
    this.batches.add(input);
  }

  /** Sends what was submitted. */
  flush(): Promise<void> {
    const batches = this.batches.takeAll();
    this.#sending = this.#sending.then(async () => {
      for (const batch of batches) await this.send(batch);
    });
    return this.#sending;
  }

  async send(batch: Uint8Array): Promise<void> {
    if (this.#publisher?.send(batch) === false) await this.#publisher.drained();
  }

  /** Resolves when everything sent is durable. */
  async settled(): Promise<void> {
    while (this.#acknowledged < this.batches.publisherSequence) {
      if (this.#refused !== undefined) throw new Error(this.#refused);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#publisher?.close();
  }

  #take(released: Released): void {
    this.#acknowledged = released.lastPublisherSequence;
    this.headSequence = released.firstSequence + released.count - 1;
    this.onReleased(released);
    this.#wake();
  }
}

/** Who wants to know when prices leave, get their sequence, and what was decided. */
export interface MarketObserver {
  priceSent(number: number, atMs: number): void;
  pricesReleased(released: Released): void;
  decided(released: Released, atMs: number): void;
}

/** Option accounts of a run, and how their prices come. */
export interface OptionSide {
  readonly population: OptionPopulation;
  readonly pricesPerSecond: number;
}

/** The price feed and the liquidation desks of a run, on connections of their own. */
export class MarketSide {
  readonly walk: PriceWalk;
  readonly desk: LiquidationDesk;
  /** Of option accounts, where there are any. */
  readonly optionDesk: OptionDesk | undefined;
  prices = 0;
  optionPrices = 0;
  readonly #optionWalk: OptionWalk;
  #timer: NodeJS.Timeout | undefined;
  #feed: InputSession | undefined;
  #executor: InputSession | undefined;

  constructor(
    population: Population,
    stepPpm: number,
    private readonly observer?: MarketObserver,
    private readonly options?: OptionSide,
  ) {
    this.walk = new PriceWalk(new Xorshift32(11), stepPpm);
    this.#optionWalk = new OptionWalk(new Xorshift32(13), stepPpm);
    const submit = (input: BareInput): void => this.#executor?.submit(input);
    this.desk = new LiquidationDesk(population, this.walk.marks, submit);
    if (options === undefined) return;
    const random = new Xorshift32(17);
    const markOf = (instrument: number): number => this.#optionWalk.markOf(instrument);
    this.optionDesk = new OptionDesk(options.population, random, markOf, submit);
  }

  /** Decisions are wanted from `fromSequence` on. */
  async connect(address: string, fromSequence: number): Promise<void> {
    this.#feed = await InputSession.open(address, 'feed', 0, (released) => {
      this.observer?.pricesReleased(released);
    });
    this.#executor = await InputSession.open(address, 'executor', fromSequence, (released) => {
      this.observer?.decided(released, performance.now());
      this.#decide(released);
    });
  }

  /** Publishes so many prices a second until `stop`; late ones are caught up. */
  start(perSecond: number, onMoved: () => void): void {
    const startMs = performance.now() - (this.prices * 1000) / perSecond;
    const optionsFrom = this.optionPrices;
    const optionsStartMs = performance.now();
    const optionsPerMs = (this.options?.pricesPerSecond ?? 0) / 1000;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000);
      for (; this.prices < due; this.prices += 1) this.#publish(this.walk.move());
      const since = Math.floor((performance.now() - optionsStartMs) * optionsPerMs);
      for (; this.optionPrices < optionsFrom + since; this.optionPrices += 1) {
        const instrument = this.#optionWalk.move();
        this.#publish(instrument, this.#optionWalk.markOf(instrument));
      }
      void this.#feed?.flush();
      onMoved();
    }, FEED_TICK_MS);
  }

  /** Moves all instruments at once, `rounds` times, and sends it as one batch. */
  storm(rounds: number): void {
    const prices = rounds * INSTRUMENTS;
    for (let k = 0; k < prices; k += 1) this.#publish(this.walk.move());
    void this.#feed?.flush();
  }

  /** Lets all prices fall at once by so many millionths, and sends it as one batch. */
  fall(ppm: number): void {
    for (let id = 1; id <= INSTRUMENTS; id += 1) {
      this.walk.fall(id, ppm);
      this.#publish(id);
    }
    void this.#feed?.flush();
  }

  /** No more prices of their own accord; what was sent is durable when it resolves. */
  async pause(): Promise<void> {
    clearInterval(this.#timer);
    await this.#feed?.settled();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#feed?.settled();
    await this.#executor?.settled();
    this.#feed?.close();
    this.#executor?.close();
  }

  #publish(instrument: number, priceTicks = this.walk.marks[instrument] ?? 1): void {
    const feed = this.#feed;
    if (feed === undefined) return;
    this.observer?.priceSent(feed.batches.publisherSequence + 1, performance.now());
    feed.submit({
      type: 'PriceObserved',
      instrument,
      priceTicks,
      observedAt: Math.floor((performance.timeOrigin + performance.now()) * 1000),
      confidencePpm: 1_000_000,
    });
  }

  #decide({ records }: Released): void {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let at = 0; at < records.length; at += 8 + recordLengthAt(view, at + 8)) {
      const message = readRecord(view, at + 8);
      if (this.optionDesk?.take(message) !== true) this.desk.take(message);
    }
    void this.#executor?.flush();
  }
}
