import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Role, TokenEntry } from '#libs/access';
import type { PublisherDone, PublisherOrder, PublisherReply } from './ingest-messages.js';
import { InputSession, type MarketObserver, MarketSide } from './ingest-session.js';
import { type NodeLaunch, type NodeReady, NodeUnderTest } from './node-under-test.js';
import { INSTRUMENTS } from './ingest-market.js';
import { Population, TIGHT_PPM } from './ingest-population.js';
import { OptionPopulation } from './option-population.js';

const MARKS_MS = 50;

export interface IngestSetting extends NodeLaunch {
  readonly accounts: number;
  /** Trades that go round and round. */
  readonly ring: number;
  readonly pricesPerSecond: number;
  readonly stepPpm: number;
  /** Share of the accounts that are within 1 % of a breach; 2 % when absent. */
  readonly tightPpm?: number;
  readonly observer?: MarketObserver;
  /** Accounts of a pool of options under scenarios beside them; none when absent or 0. */
  readonly optionAccounts?: number;
  readonly optionPricesPerSecond?: number;
}

/** A node with the ingest population, a venue's process, a price feed and a liquidation desk. */
export class IngestRun {
  readonly population: Population;
  readonly options: OptionPopulation | undefined;
  readonly market: MarketSide;
  ready: NodeReady | undefined;
  /** Id of the venue's publisher, as the node says it. */
  venuePublisher = 0;
  /** A burst of the venue begins. */
  onBurst: () => void = () => undefined;
  #lastMarksMs = 0;
  #onReply: (reply: PublisherReply) => void = () => undefined;
  #venue: ChildProcess | undefined;

  private constructor(
    readonly setting: IngestSetting,
    readonly node: NodeUnderTest,
  ) {
    const { accounts, tightPpm = TIGHT_PPM, stepPpm, observer } = setting;
    this.population = new Population(accounts, { tightPpm });
    const { optionAccounts = 0, optionPricesPerSecond: pricesPerSecond = 0 } = setting;
    this.options =
      optionAccounts === 0
        ? undefined
        : new OptionPopulation(optionAccounts, accounts + INSTRUMENTS + 1);
    const options =
      this.options === undefined ? undefined : { population: this.options, pricesPerSecond };
    this.market = new MarketSide(this.population, stepPpm, observer, options);
  }

  /** Starts the node, puts the population into it, connects everybody; prices come from now on. */
  static async start(setting: IngestSetting): Promise<IngestRun> {
    const run = new IngestRun(setting, new NodeUnderTest(setting));
    run.ready = await run.node.ready();
    const { address } = run.node;
    const operator = await InputSession.open(address, 'operator');
    const nowUs = Math.floor(Date.now() * 1000);
    for (const batch of run.population.inputs(operator.batches, nowUs)) await operator.send(batch);
    for (const batch of run.options?.inputs(operator.batches, nowUs) ?? []) {
      await operator.send(batch);
    }
    await operator.settled();
    await run.market.connect(address, operator.headSequence + 1);
    operator.close();
    await run.#startVenue();
    run.market.start(setting.pricesPerSecond, () => run.#tellMarks());
    return run;
  }

  /** The token of a grant that the node made for a role. */
  token(role: Role): string {
    const text = readFileSync(this.ready?.tokenFile ?? '', 'utf8');
    const entries = JSON.parse(text) as readonly TokenEntry[];
    return entries.find((entry) => entry.role === role)?.token ?? '';
  }

  /** Lets the venue's process do one order. */
  perform(order: PublisherOrder): Promise<PublisherDone> {
    const done = this.#reply();
    this.#venue?.send(order);
    return done as Promise<PublisherDone>;
  }

  async stop(): Promise<void> {
    await this.market.stop();
    this.#venue?.removeAllListeners('exit');
    this.#venue?.send({ kind: 'end' } satisfies PublisherOrder);
    await this.node.stop();
  }

  async #startVenue(): Promise<void> {
    const { accounts, ring, tightPpm = TIGHT_PPM } = this.setting;
    const script = new URL('./ingest-publisher.js', import.meta.url);
    this.#venue = fork(script, [this.node.address, ...[accounts, ring, tightPpm].map(String)]);
    this.#venue.on('message', (reply: PublisherReply) => {
      if (reply.kind === 'burst') this.onBurst();
      else this.#onReply(reply);
    });
    this.#venue.once('exit', (code) => {
      throw new Error(`the venue's process ended with ${String(code)}`);
    });
    const reply = await this.#reply();
    if (reply.kind === 'ready') this.venuePublisher = reply.publisher;
  }

  #reply(): Promise<PublisherReply> {
    return new Promise((resolve) => (this.#onReply = resolve));
  }

  #tellMarks(): void {
    const now = performance.now();
    if (now - this.#lastMarksMs < MARKS_MS) return;
    this.#lastMarksMs = now;
    const marks = [...this.market.walk.marks];
    this.#venue?.send({ kind: 'marks', marks } satisfies PublisherOrder);
  }
}
