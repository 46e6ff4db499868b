import type { InputMessage } from '#libs/events';
import { COINS_MAX, type Contract } from './contracts.js';
import { coinPriceMicros, priceOf } from './genesis.js';
import type { PositionBook } from './position-book.js';
import { OPERATOR_ID, PRICES_ID } from './publishers.js';
import { Random } from './random.js';
import { STREAM } from './streams.js';
import type { Timeline } from './timeline.js';

const HOUR_US = 3_600_000_000;
/** Perpetuals are funded, and everything is settled, so often. */
const CYCLE_US = 8 * HOUR_US;
const DAY_US = 24 * HOUR_US;
/** Coins as collateral are priced at the end of every so many bars. */
const COIN_PRICE_BARS = 10;
/** All but perpetuals are priced once in so many steps. */
const OTHER_PRICE_STEPS = 4;
/** The final price of a future is the mean of so many last prices. */
const FINAL_PRICES = 30;
const BASIS_START_PPM = 4_000;
/** Funding in ppb for each ppm of the basis of the quarterly future: 0.01 % at its start. */
const FUNDING_PER_BASIS = 25;
const FUNDING_NOISE_PPB = 50_000;

const operator = { publisherSequence: 0, publisher: OPERATOR_ID } as const;

/** Prices, funding, settlement, expiry and the calendar: what a clearing house's own desk does. */
export class OperatorDesk {
  private readonly basisPpm: Float64Array;
  private readonly basisRandom: Random[];
  private readonly funding: Random;
  /** Whether a contract has a price in this step. */
  readonly isOpen: Uint8Array;
  private readonly isExpired: Uint8Array;
  private readonly lastPrices: number[][];

  constructor(
    private readonly timeline: Timeline,
    private readonly contracts: readonly Contract[],
    private readonly book: PositionBook,
    seed: number,
  ) {
    this.basisPpm = new Float64Array(timeline.symbols.length).fill(BASIS_START_PPM);
    this.basisRandom = timeline.symbols.map((_, k) => new Random(seed, STREAM.basis + k));
    this.funding = new Random(seed, STREAM.funding);
    this.isOpen = new Uint8Array(contracts.length);
    this.isExpired = new Uint8Array(contracts.length);
    this.lastPrices = contracts.map(() => []);
    for (const [place, { symbol }] of contracts.entries()) {
      book.setMark(place, timeline.symbols[symbol]!.openTicks);
    }
    this.noteCoinPrices((path) => path.openTicks);
  }

  /** Appends what the desk says in a step: the calendar first, then prices. */
  inputs(step: number, inputs: InputMessage[]): void {
    const timeUs = this.timeline.stepTimeUs(step);
    this.openMarkets(step, timeUs);
    this.calendar(step, inputs);
    this.expiries(timeUs, inputs);
    const stands = step > 0 && this.timeline.stepTimeUs(step - 1) === timeUs;
    if (stands) return;
    if (this.timeline.isEndOfBar(step)) this.moveBasis();
    this.prices(step, timeUs, inputs);
    const bar = this.timeline.barOf(step) + 1;
    const isDue = this.timeline.isEndOfBar(step) && bar % COIN_PRICE_BARS === 0;
    if (isDue && !this.timeline.isClosing(step)) this.coinPrices(step, inputs);
  }

  private openMarkets(step: number, timeUs: number): void {
    const bar = this.timeline.barOf(step);
    for (const [place, { symbol, expiresAtUs }] of this.contracts.entries()) {
      const isLive = expiresAtUs === 0 || timeUs < expiresAtUs;
      this.isOpen[place] = isLive && this.timeline.symbols[symbol]!.hasBar[bar] === 1 ? 1 : 0;
    }
  }

  /** Whether log time passed a multiple of `periodUs` between two steps before `step`. */
  private hasPassed(periodUs: number, step: number): boolean {
    const { timeline } = this;
    if (step < 0) return false;
    const before = step === 0 ? timeline.startUs : timeline.stepTimeUs(step - 1);
    const now = timeline.stepTimeUs(step);
    return Math.floor(now / periodUs) > Math.floor(before / periodUs);
  }

  /** Funding at the hour, settlement a step later, the close of the business date yet one later. */
  private calendar(step: number, inputs: InputMessage[]): void {
    if (this.hasPassed(DAY_US, step - 2)) {
      const today = Math.floor(this.timeline.stepTimeUs(step - 2) / DAY_US);
      inputs.push({
        type: 'SettlementCycleClosed',
        ...operator,
        closedDate: today - 1,
        nextDate: today,
      });
    }
    if (this.hasPassed(CYCLE_US, step)) this.fund(inputs);
    if (this.hasPassed(CYCLE_US, step - 1)) this.settle(inputs);
  }

  private fund(inputs: InputMessage[]): void {
    for (const [place, { id, symbol, expiresAtUs }] of this.contracts.entries()) {
      const noise = this.funding.below(2 * FUNDING_NOISE_PPB) - FUNDING_NOISE_PPB;
      if (expiresAtUs !== 0 || this.isOpen[place] === 0) continue;
      const ratePpb = Math.round(this.basisPpm[symbol]! * FUNDING_PER_BASIS) + noise;
      this.book.fund(place, ratePpb);
      inputs.push({ type: 'FundingRatePublished', ...operator, instrument: id, ratePpb });
    }
  }

  private settle(inputs: InputMessage[]): void {
    for (const [place, { id }] of this.contracts.entries()) {
      if (this.isOpen[place] === 0) continue;
      this.publishSettlement(place, id, this.book.marks[place]!, false, inputs);
    }
  }

  private expiries(timeUs: number, inputs: InputMessage[]): void {
    for (const [place, { id, expiresAtUs }] of this.contracts.entries()) {
      if (expiresAtUs === 0 || timeUs < expiresAtUs || this.isExpired[place] === 1) continue;
      this.isExpired[place] = 1;
      const prices = this.lastPrices[place]!;
      let sum = 0;
      for (const price of prices) sum += price;
      const mean = prices.length === 0 ? this.book.marks[place]! : Math.round(sum / prices.length);
      this.publishSettlement(place, id, mean, true, inputs);
    }
  }

  private publishSettlement(
    place: number,
    instrument: number,
    priceTicks: number,
    isFinal: boolean,
    inputs: InputMessage[],
  ): void {
    this.book.settle(place, priceTicks, isFinal);
    const final = isFinal ? 1 : 0;
    inputs.push({ type: 'SettlementPricePublished', ...operator, instrument, priceTicks, final });
  }

  private moveBasis(): void {
    for (const [symbol, random] of this.basisRandom.entries()) {
      const moved = this.basisPpm[symbol]! + random.below(241) - 120;
      this.basisPpm[symbol] = Math.max(-3_000, Math.min(8_000, moved));
    }
  }

  /** Perpetuals in every step, the others in every fourth: at the end of a bar of four steps. */
  private prices(step: number, timeUs: number, inputs: InputMessage[]): void {
    const isFourth = step % OTHER_PRICE_STEPS === OTHER_PRICE_STEPS - 1;
    for (const [place, contract] of this.contracts.entries()) {
      if (this.isOpen[place] === 0 || (contract.kind !== 'perpetual' && !isFourth)) continue;
      const { stepTicks } = this.timeline.symbols[contract.symbol]!;
      const spot = stepTicks[Math.min(step, stepTicks.length - 1)]!;
      const priceTicks = Math.max(1, spot + Math.round((spot * this.premiumPpm(contract)) / 1e6));
      this.book.setMark(place, priceTicks);
      inputs.push(priceOf(contract, priceTicks, timeUs));
      if (contract.expiresAtUs !== 0) this.remember(place, priceTicks);
    }
  }

  /** What a contract costs above the perpetual. */
  private premiumPpm({ kind, symbol }: Contract): number {
    const basis = this.basisPpm[symbol]!;
    if (kind === 'quarterly') return basis;
    if (kind === 'daily') return basis / 10;
    return kind === 'inverse' ? basis / 100 : 0;
  }

  private remember(place: number, priceTicks: number): void {
    const prices = this.lastPrices[place]!;
    prices.push(priceTicks);
    if (prices.length > FINAL_PRICES) prices.shift();
  }

  private coinPrices(step: number, inputs: InputMessage[]): void {
    const coins = Math.min(COINS_MAX, this.timeline.symbols.length);
    for (let coin = 0; coin < coins; coin++) {
      const path = this.timeline.symbols[coin]!;
      inputs.push({
        type: 'CurrencyPriceObserved',
        publisherSequence: 0,
        publisher: PRICES_ID,
        currency: 2 + coin,
        priceMicros: coinPriceMicros(path, path.stepTicks[step]!),
      });
    }
    this.noteCoinPrices((path) => path.stepTicks[step]!);
  }

  private noteCoinPrices(priceOfPath: (path: Timeline['symbols'][number]) => number): void {
    const { symbols } = this.timeline;
    for (let coin = 0; coin < Math.min(COINS_MAX, symbols.length); coin++) {
      const path = symbols[coin]!;
      this.book.setCoinPrice(coin, path, priceOfPath(path));
    }
  }
}
