import { A } from '#libs/clearing';
import { LATEST_LOGIC } from '#libs/clearing-house';
import { CALL, EXPIRED, I, OPTION, SETTLING } from '#libs/market';
import { black76Value } from '#libs/pricing';
import type { Random } from '#libs/simulator';
import { inversePerpetual, option } from './contracts.js';
import type { HouseDriver, Input } from './house-driver.js';
import { forward, rate, said, threeSources } from './market-feeds.js';
import { drawnRulebook } from './option-rulebooks.js';
import {
  account,
  BTC,
  CLEARED,
  DAY,
  EXCHANGE,
  fill,
  PERP,
  perpetual,
  priced,
  SECOND,
  smallHouse,
  trade,
  usd,
} from './small-house.js';

const MINUTE = 60 * SECOND;
const MONTH = DAY + 30 * 86_400 * SECOND;
const YEAR_US = 365 * 86_400 * SECOND;
const ETHER = 2;
const OPTIONS_LISTED = 6;
const OPTIONS_MAX = 48;
const FILLED = 3;

/** What comes next: an input, or only time. */
export type Step = { readonly input: Input; readonly timeUs?: never } | { readonly timeUs: number };

/**
 * A seeded market of options in two pools, for houses that have to agree: perpetuals, a dated future, an
 * inverse perpetual, options down to their last minutes, marked by Black's formula; trades, money, exchange
 * rates, volatilities, forwards, rates, an index, funding, expiries, rulebooks of both models; a venue that fills.
 */
export class OptionMarket {
  private spot = 400_000;
  private ether = 20_000;
  private coinMicros = 40_000_000_000;
  private volatilityPpm = 600_000;
  private now = DAY;
  private readonly versions = new Map([
    [EXCHANGE, 1],
    [CLEARED, 1],
  ]);
  private readonly traders: number[] = [account.alice, account.bob];

  /** `driver` is the house whose state is looked at; `all` get the same inputs. */
  constructor(
    private readonly random: Random,
    private readonly driver: HouseDriver,
    private readonly all: readonly HouseDriver[],
  ) {
    for (const one of all) smallHouse(LATEST_LOGIC, one);
    this.accept({ ...perpetual, name: 'ETH-PERP', multiplier: 10 });
    this.accept(priced(driver, this.ether, ETHER));
    this.accept({ ...perpetual, name: 'BTC-FUTURE', kind: 1, expiresAt: MONTH });
    this.accept(priced(driver, this.spot, this.newest()));
    this.accept(inversePerpetual);
    this.accept(priced(driver, this.spot, this.newest()));
    this.accept(this.surface());
    for (let k = 0; k < 4; k++) {
      const name = `trader-${String(k)}`;
      const party = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
      this.accept({ type: 'AccountOpened', name, ...party });
      this.traders.push(driver.state.accounts.count);
    }
    for (let k = 0; k < OPTIONS_LISTED; k++) this.list();
    const cleared = [account.house1, account.client1, account.omnibus1, account.gross1];
    for (const who of [...this.traders, ...cleared]) this.accept(this.deposit(who, 2_000));
    this.accept(this.deposit(account.maker, 3_000_000));
    for (const pool of [EXCHANGE, CLEARED]) this.accept(this.rulebook(pool));
    for (const one of all) one.drain();
  }

  next(): Step {
    const { random, driver } = this;
    const order = [...driver.state.orders.open.entries()][0];
    if (order !== undefined && random.below(3) > 0) return { input: this.answer(order) };
    const due = this.settling();
    if (due !== 0) {
      const settled = { instrument: due, priceTicks: this.spot, final: 1 } as const;
      return { input: { type: 'SettlementPricePublished', ...settled } };
    }
    if (this.living() < OPTIONS_LISTED && driver.state.instruments.count < OPTIONS_MAX) {
      return { input: this.listing() };
    }
    return random.pick<() => Step>([
      [() => ({ input: this.price() }), 490],
      [() => ({ input: this.term() }), 30],
      [() => ({ input: this.trade() }), 240],
      [() => this.time(), 110],
      [() => ({ input: this.surface(300_000 + random.below(900_000)) }), 20],
      [() => ({ input: this.cash() }), 50],
      [() => ({ input: this.exchangeRate() }), 20],
      [() => ({ input: this.funding() }), 20],
      [() => ({ input: this.rulebook(1 + random.below(2)) }), 20],
    ])();
  }

  /** The perpetual moves and all else follows when its own price comes: mostly little, now and then a gap. */
  private price(): Input {
    const { random, driver } = this;
    const isSpot = random.below(4) === 0;
    const id = isSpot ? PERP : 1 + random.below(driver.state.instruments.count);
    if (isSpot) this.move();
    if (isSpot && driver.state.indices.of(PERP) !== undefined) return this.sourcePrice();
    return priced(driver, this.markOf(id), id);
  }

  /** A forward, a rate, or the perpetual's index: its definition, a source's price, seldom its end. */
  private term(): Input {
    const { random, driver } = this;
    const draw = random.below(6);
    if (draw === 0) return forward(driver, MONTH, this.moved(this.spot, 10_000));
    if (draw === 1) return rate(driver, MONTH, random.below(100_000_000));
    if (driver.state.indices.of(PERP) === undefined) return threeSources;
    return draw < 4 ? { ...threeSources, sources: [] } : this.sourcePrice();
  }

  private sourcePrice(): Input {
    const source = [1, 2, 7][this.random.below(3)] ?? 1;
    return said(this.driver, source, this.moved(this.spot, 3_000));
  }

  private moved(price: number, ppm: number): number {
    const share = ((this.random.below(2_001) - 1_000) * ppm) / 1e9;
    return Math.max(1_000, Math.round(price * (1 + share)));
  }

  private move(): void {
    const { random } = this;
    const ppm = random.pick<number>([
      [1_000, 700],
      [5_000, 260],
      [30_000, 40],
    ]);
    this.spot = this.moved(this.spot, ppm);
    this.ether = this.moved(this.ether, ppm);
  }

  /** What a contract is worth now; an option by the volatility of the moment, down to its expiry. */
  private markOf(id: number): number {
    const { instruments } = this.driver.state;
    if (id === ETHER) return this.ether;
    if (instruments.get(id, I.kind) !== OPTION) return this.spot;
    const left = Math.max(0, instruments.get(id, I.expiresAt) - this.now);
    const value = black76Value({
      isCall: instruments.get(id, I.optionType) === CALL,
      forward: this.spot,
      strike: instruments.get(id, I.strikeTicks),
      timeYears: left / YEAR_US,
      volatility: this.volatilityPpm / 1e6,
      rate: 0,
    });
    return Math.max(1, Math.round(value));
  }

  private trade(): Input {
    const { random, driver } = this;
    const id = 1 + random.below(driver.state.instruments.count);
    const cleared = [account.client1, account.house1, account.omnibus1, 7, 8];
    const among = random.below(4) === 0 ? cleared : [...this.traders, account.maker];
    const first = random.below(among.length);
    const second = (first + 1 + random.below(among.length - 1)) % among.length;
    const off = 1 + (random.below(2_001) - 1_000) / 200_000;
    const mark = driver.state.instruments.get(id, I.markTicks);
    const price = Math.max(1, Math.round(mark * off));
    const size = 1 + random.below(random.below(3) === 0 ? 300 : 30);
    const lots = id === 4 ? Math.max(1, Math.round(size / 3)) : size;
    return { ...trade(among[first] ?? 0, among[second] ?? 0, lots, price), instrument: id };
  }

  private time(): Step {
    const { random } = this;
    this.now +=
      random.pick([
        [1 + random.below(5), 600],
        [10 + random.below(50), 350],
        [300, 50],
      ]) * SECOND;
    return { timeUs: this.now };
  }

  private cash(): Input {
    const who = this.traders[this.random.below(this.traders.length)] ?? 0;
    const draw = this.random.below(4);
    if (draw === 0) {
      const amountMinor = usd(1 + this.random.below(500));
      return { type: 'WithdrawalRequested', account: who, currency: 1, amountMinor };
    }
    if (draw > 1) return this.deposit(who, 1 + this.random.below(400));
    const amountMinor = 1 + this.random.below(1_000_000);
    return { type: 'CollateralDeposited', account: who, currency: BTC, amountMinor };
  }

  private exchangeRate(): Input {
    const off = 1 + (this.random.below(2_001) - 1_000) / 20_000;
    this.coinMicros = Math.round(this.coinMicros * off);
    return { type: 'CurrencyPriceObserved', currency: BTC, priceMicros: this.coinMicros };
  }

  private funding(): Input {
    const ratePpb = this.random.below(2_000_001) - 1_000_000;
    return { type: 'FundingRatePublished', instrument: 1 + this.random.below(2), ratePpb };
  }

  /** Volatilities for the next minutes and for the month: one of all strikes. */
  private surface(volatilityPpm = this.volatilityPpm): Input {
    this.volatilityPpm = volatilityPpm;
    const confidencePpm = 900_000 + this.random.below(100_001);
    return {
      type: 'VolatilitySurfaceObserved',
      instrument: PERP,
      observedAt: this.now,
      confidencePpm,
      expiries: [this.now + 20 * MINUTE, MONTH].map((expiry) => ({
        expiry,
        forwardTicks: this.spot,
      })),
      points: [0, 1].map((expiryPlace) => ({
        expiryPlace,
        strikeTicks: this.spot,
        volatilityPpm,
      })),
    };
  }

  private rulebook(pool: number): Input {
    const version = (this.versions.get(pool) ?? 0) + 1;
    this.versions.set(pool, version);
    return drawnRulebook(this.random, pool, version);
  }

  /** A new option: most expire within the hour. */
  private listing(): Input {
    const { random } = this;
    const right = random.below(2) === 0 ? 'call' : 'put';
    const style = random.below(2) === 0 ? 'equity' : 'variation';
    const strike = Math.round(this.spot * (0.98 + random.below(41) / 1_000));
    const name = `option-${String(this.driver.state.instruments.count + 1)}`;
    const isNear = random.below(4) > 0;
    const expiresAt = isNear ? this.now + (5 + random.below(30)) * MINUTE : MONTH;
    return { ...option(right, style, strike, name), expiresAt };
  }

  private list(): void {
    this.accept(this.listing());
    this.accept(priced(this.driver, this.markOf(this.newest()), this.newest()));
  }

  /** Fills a liquidation order, or answers it when it is filled. */
  private answer([id, order]: readonly [number, OpenOrder]): Input {
    const { account: who, instrument, side, quantityLots, filledLots, limitPriceTicks } = order;
    const left = quantityLots - filledLots;
    if (left === 0) {
      return { type: 'LiquidationOrderAnswered', order: id, answer: FILLED, filledLots };
    }
    const { accounts } = this.driver.state;
    const isExchange = accounts.get(who, A.pool) === EXCHANGE;
    const cleared = who === account.house1 ? account.client1 : account.house1;
    const own = who === account.maker ? account.bob : account.maker;
    const issued = { order: id, account: who, instrument, side, quantityLots: left };
    const other = isExchange ? own : cleared;
    const lots = this.random.below(2) === 0 ? left : 1 + this.random.below(left);
    return fill(issued as Parameters<typeof fill>[0], other, limitPriceTicks, lots);
  }

  private deposit(who: number, dollars: number): Input {
    const amountMinor = usd(dollars);
    return { type: 'CollateralDeposited', account: who, currency: 1, amountMinor };
  }

  private settling(): number {
    const { instruments } = this.driver.state;
    for (let id = 1; id <= instruments.count; id++) {
      const isDue = instruments.get(id, I.marketState) === SETTLING;
      if (isDue && instruments.get(id, I.sweepRunning) === 0) return id;
    }
    return 0;
  }

  private living(): number {
    const { instruments } = this.driver.state;
    let count = 0;
    for (let id = 1; id <= instruments.count; id++) {
      const isOption = instruments.get(id, I.kind) === OPTION;
      if (isOption && instruments.get(id, I.marketState) < EXPIRED) count += 1;
    }
    return count;
  }

  private newest(): number {
    return this.driver.state.instruments.count;
  }

  private accept(input: Input): void {
    for (const one of this.all) one.accept(input);
  }
}

type OpenOrder = HouseDriver['state']['orders']['open'] extends Map<number, infer O> ? O : never;
