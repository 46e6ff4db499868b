import type { Random } from '../market/random.js';
import type { executionDraw } from './execution-draw.js';
import type { Draft, SimulatedPublisher } from './simulated-publisher.js';
import type { Scheduler } from './scheduler.js';
import {
  deposit,
  INSTRUMENTS,
  MAKER,
  MEMBER_CLIENT,
  MEMBER_HOUSE,
  OPENING_TICKS,
  smallWorld,
  TRADERS,
  TWINS,
  usd,
  WORLD_BEGINS_US,
} from './small-world.js';

const PAUSE_US_MAX = 900_000;
const BURST_MAX = 9;
const LOTS_MAX = 600;
/** After the planned inputs prices go on, so that markets reopen and liquidations end. */
const PRICE_PAUSE_US = 1_500_000;

export interface Publishers {
  readonly operator: SimulatedPublisher;
  readonly prices: SimulatedPublisher;
  readonly venue: SimulatedPublisher;
}

/** The planned inputs of a run: reference data, then trades, prices, cash and a day's settlement. */
export class Workload {
  /** Planned inputs still to be given to a publisher. */
  left: number;
  private readonly pairEvery: number;
  /** While set, this instrument has no prices. */
  silentInstrument = 0;
  private isEnding = false;
  private readonly ticks = INSTRUMENTS.map(() => OPENING_TICKS);
  private tradeId = 0;
  private venueSequence = 0;
  private twins = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly publishers: Publishers,
    inputs: number,
    /** Whether the log is long enough; until then inputs are planned beyond their number. */
    private readonly isEnough: () => boolean,
    private readonly executionTerms: ReturnType<typeof executionDraw>,
  ) {
    this.left = inputs;
    this.pairEvery = Math.floor(inputs / (TWINS.length + 1));
  }

  start(): void {
    for (const draft of smallWorld(this.executionTerms)) this.publishers.operator.enqueue(draft);
    this.whenSettled(() => {
      for (const instrument of INSTRUMENTS) this.price(instrument);
      this.goOn();
    });
    this.quote();
  }

  /** No more prices than what is there. */
  end(): void {
    this.isEnding = true;
  }

  nextTradeId(): number {
    this.tradeId += 1;
    return this.tradeId;
  }

  /** The venue's own number for what it says of open orders. */
  nextVenueSequence(): number {
    this.venueSequence += 1;
    return this.venueSequence;
  }

  /** Present price of an instrument, ticks. */
  ticksOf(instrument: number): number {
    return this.ticks[instrument - 1] ?? OPENING_TICKS;
  }

  private whenSettled(then: () => void): void {
    if (this.publishers.operator.isDone) then();
    else this.scheduler.after(50_000, () => this.whenSettled(then));
  }

  private goOn(): void {
    const burst = Math.min(this.left, 1 + this.random.below(BURST_MAX));
    for (let k = 0; k < burst; k++) this.one();
    this.left -= burst;
    if (this.left === 0 && !this.isEnough()) this.left = 1;
    this.pairUp();
    if (this.left > 0) this.scheduler.after(this.random.below(PAUSE_US_MAX), () => this.goOn());
  }

  private one(): void {
    const kind = this.random.below(100);
    if (kind < 50) this.publishers.venue.enqueue(this.trade());
    else if (kind < 56) this.publishers.venue.enqueue(this.openOrders());
    else if (kind < 85) this.price(1 + this.random.below(INSTRUMENTS.length));
    else this.publishers.operator.enqueue(this.operation());
  }

  /** The next pair of twins trades, now and then. */
  private pairUp(): void {
    const pair = TWINS[this.twins];
    if (pair === undefined || this.left > this.pairEvery * (TWINS.length - this.twins)) return;
    this.twins += 1;
    const instrument = 1 + this.random.below(INSTRUMENTS.length);
    const isBuy = this.random.below(2) === 0;
    const lots = 850 + this.random.below(200);
    for (const twin of pair) {
      this.publishers.venue.enqueue({
        ...this.tradeTerms(instrument, lots, this.ticksOf(instrument)),
        buyer: isBuy ? twin : MAKER,
        seller: isBuy ? MAKER : twin,
      });
    }
  }

  private openOrders(): Draft {
    const { random } = this;
    return {
      type: 'OpenOrderExposureReported',
      account: TRADERS[random.below(TRADERS.length)]!,
      instrument: 1 + random.below(INSTRUMENTS.length),
      venue: 1,
      buyLots: random.below(60),
      sellLots: random.below(60),
      venueSequence: this.nextVenueSequence(),
    };
  }

  private trade(): Draft {
    const { random } = this;
    const isClient = random.below(6) === 0;
    const one = isClient ? MEMBER_CLIENT : TRADERS[random.below(TRADERS.length)]!;
    const other = isClient ? MEMBER_HOUSE : MAKER;
    // Each account leans to one side, so that positions grow until somebody is in trouble.
    const isBuy = random.below(10) < (one % 2 === 0 ? 7 : 3);
    const instrument = 1 + random.below(INSTRUMENTS.length);
    return {
      ...this.tradeTerms(instrument, 1 + random.below(LOTS_MAX), this.ticksOf(instrument)),
      buyer: isBuy ? one : other,
      seller: isBuy ? other : one,
    };
  }

  tradeTerms(instrument: number, quantityLots: number, priceTicks: number) {
    const tradeId = this.nextTradeId();
    return {
      type: 'TradeReported' as const,
      venue: 1,
      instrument,
      tradeDate: 18_766,
      businessDate: 0,
      priceTicks,
      quantityLots,
      executedAt: this.nowUs(),
      matchId: tradeId,
      tradeId,
      liquidationOrder: 0,
      tradeType: 0,
      aggressor: 1,
      acceptBy: 0,
      details: tradeId % 5 === 0 ? `{"uti":"XSIM${String(tradeId)}"}` : '',
    };
  }

  private operation(): Draft {
    const { random } = this;
    const account = 1 + random.below(MEMBER_CLIENT);
    const instrument = 1 + random.below(INSTRUMENTS.length);
    switch (random.below(6)) {
      case 0:
        return {
          type: 'FundingRatePublished',
          instrument,
          ratePpb: random.below(400_000) - 200_000,
        };
      case 1:
        return {
          ...{ type: 'SettlementPricePublished', instrument, final: 0 },
          priceTicks: this.ticksOf(instrument),
        };
      case 2:
        return deposit(account, 50 + random.below(1_500));
      default: {
        const amountMinor = usd(1 + random.below(300));
        return { type: 'WithdrawalRequested', account, currency: 1, amountMinor };
      }
    }
  }

  /** Prices that come by themselves, whatever else happens. */
  private quote(): void {
    this.scheduler.after(PRICE_PAUSE_US, () => {
      if (this.isEnding) return;
      if (this.publishers.operator.isDone && this.ticks.length > 0) {
        for (const instrument of INSTRUMENTS) this.price(instrument);
      }
      this.quote();
    });
  }

  private price(instrument: number): void {
    if (instrument === this.silentInstrument) return;
    const { random } = this;
    // Mostly small steps; now and then a gap that breaches somebody.
    const reachPpm = random.below(12) === 0 ? 60_000 : 4_000;
    const stepPpm = random.below(2 * reachPpm + 1) - reachPpm;
    const before = this.ticksOf(instrument);
    const pull = Math.floor((OPENING_TICKS - before) / 20);
    const priceTicks = Math.max(1, before + pull + Math.floor((before * stepPpm) / 1_000_000));
    this.ticks[instrument - 1] = priceTicks;
    this.publishers.prices.enqueue({
      ...{ type: 'PriceObserved', instrument, priceTicks },
      ...{ observedAt: this.nowUs(), confidencePpm: 1_000_000 },
    });
  }

  private nowUs(): number {
    return WORLD_BEGINS_US + this.scheduler.nowUs;
  }
}
