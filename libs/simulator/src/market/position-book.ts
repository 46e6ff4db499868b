import { COIN_MINOR, COINS_MAX, type Contract, lotNotionalMinor, USDT_MINOR } from './contracts.js';
import type { Membership } from './membership.js';
import type { SymbolPath } from './timeline.js';

/** What a coin counts for as collateral, as the rulebooks of the simulation say. */
const COIN_SHARE = 0.9;

/**
 * The participants' own idea of their positions and money. Lots are exact; money is an estimate
 * (fees and funding are rounded elsewhere): nobody here looks into the clearing house.
 */
export class PositionBook {
  /** By account x contracts + place. */
  readonly lots: Float64Array;
  private readonly costs: Float64Array;
  /** Reference currency, minor units, by account. */
  readonly cashMinor: Float64Array;
  /** By account x COINS_MAX + coin. */
  readonly coinMinor: Float64Array;
  /** Last published price of each contract, ticks. */
  readonly marks: Float64Array;
  /** Notional of a lot at the mark, reference minor units. */
  readonly lotNotional: Float64Array;
  /** Reference minor units that one minor unit of a coin counts for. */
  private readonly coinWorth: Float64Array;
  private readonly width: number;

  constructor(
    private readonly contracts: readonly Contract[],
    members: Membership,
  ) {
    this.width = contracts.length;
    const rows = members.accounts + 1;
    this.lots = new Float64Array(rows * this.width);
    this.costs = new Float64Array(rows * this.width);
    this.cashMinor = Float64Array.from(members.capitalMinor);
    this.coinMinor = Float64Array.from(members.coinMinor);
    this.marks = new Float64Array(this.width);
    this.lotNotional = new Float64Array(this.width);
    this.coinWorth = new Float64Array(COINS_MAX);
  }

  lotsOf(account: number, place: number): number {
    return this.lots[account * this.width + place]!;
  }

  setMark(place: number, priceTicks: number): void {
    this.marks[place] = priceTicks;
    this.lotNotional[place] = lotNotionalMinor(this.contracts[place]!, priceTicks);
  }

  setCoinPrice(coin: number, path: SymbolPath, priceTicks: number): void {
    this.coinWorth[coin] = ((priceTicks / path.scale) * USDT_MINOR * COIN_SHARE) / COIN_MINOR;
  }

  /** Equity of one account on its own, minor units of the reference currency. */
  equityMinor(account: number): number {
    const { width, lots, costs, coinWorth } = this;
    const coinAt = account * COINS_MAX;
    let equity = this.cashMinor[account]!;
    for (let coin = 0; coin < COINS_MAX; coin++) {
      equity += this.coinMinor[coinAt + coin]! * coinWorth[coin]!;
    }
    const at = account * width;
    for (let place = 0; place < width; place++) {
      const held = lots[at + place]!;
      if (held === 0 && costs[at + place] === 0) continue;
      const { isInverse, multiplier, symbol } = this.contracts[place]!;
      const mark = this.marks[place]!;
      equity += isInverse
        ? ((-held * multiplier) / mark - costs[at + place]!) * coinWorth[symbol]!
        : held * multiplier * mark - costs[at + place]!;
    }
    return equity;
  }

  /** Sum of |notional| at the marks, reference minor units. */
  notionalMinor(account: number): number {
    const at = account * this.width;
    let sum = 0;
    for (let place = 0; place < this.width; place++) {
      sum += Math.abs(this.lots[at + place]!) * this.lotNotional[place]!;
    }
    return sum;
  }

  /** Books one side of a trade: `lots` above zero bought, below zero sold; fee in ppm. */
  book(account: number, place: number, lots: number, priceTicks: number, feePpm: number): void {
    const { isInverse, multiplier, symbol } = this.contracts[place]!;
    const at = account * this.width + place;
    const value = isInverse ? (-lots * multiplier) / priceTicks : lots * multiplier * priceTicks;
    const fee = (Math.abs(value) * feePpm) / 1_000_000;
    this.lots[at] = this.lots[at]! + lots;
    this.costs[at] = this.costs[at]! + value;
    this.addCash(account, isInverse ? symbol : -1, -fee);
  }

  /** Adds to a balance: of a coin by its ordinal, or with -1 of the reference currency. */
  addCash(account: number, coin: number, amountMinor: number): void {
    if (coin < 0) {
      this.cashMinor[account] = this.cashMinor[account]! + amountMinor;
      return;
    }
    const at = account * COINS_MAX + coin;
    this.coinMinor[at] = this.coinMinor[at]! + amountMinor;
  }

  /** Funding at the mark: longs pay shorts `ratePpb` of the notional, shorts longs if below 0. */
  fund(place: number, ratePpb: number): void {
    const { isInverse, multiplier, symbol } = this.contracts[place]!;
    const mark = this.marks[place]!;
    const perLot = ((isInverse ? multiplier / mark : multiplier * mark) * ratePpb) / 1_000_000_000;
    const rows = this.cashMinor.length;
    for (let account = 1; account < rows; account++) {
      const held = this.lots[account * this.width + place]!;
      if (held === 0) continue;
      this.addCash(account, isInverse ? symbol : -1, -held * perLot);
    }
  }

  /** Daily settlement at a price: unrealised gains and losses become cash. */
  settle(place: number, priceTicks: number, isFinal: boolean): void {
    const { isInverse, multiplier, symbol } = this.contracts[place]!;
    const rows = this.cashMinor.length;
    for (let account = 1; account < rows; account++) {
      const at = account * this.width + place;
      const held = this.lots[at]!;
      if (held === 0 && this.costs[at] === 0) continue;
      const value = isInverse ? (-held * multiplier) / priceTicks : held * multiplier * priceTicks;
      this.addCash(account, isInverse ? symbol : -1, value - this.costs[at]!);
      this.costs[at] = isFinal ? 0 : value;
      if (isFinal) this.lots[at] = 0;
    }
  }
}
