import type { HedgeContract, HedgeMarket } from './hedged-contracts.js';
import { ImpactBook, type ImpactLaw, type Liquidity } from './impact-book.js';
import type { MarketPath } from './price-path.js';
import { lotNotionalOf } from './study-population.js';

/** Liquidity of a future's and an option's own book, of that of the coin. */
const DEPTH_SHARE = { perpetual: 1, future: 0.3, put: 0.05, call: 0.05 } as const;
/** What an option costs beside its value, of the value, either way. */
const OPTION_SPREAD = 0.02;
/** More than anybody holds. */
const MOST_LOTS = 100_000_000;

export interface VenueSetting {
  readonly path: MarketPath;
  readonly contracts: readonly HedgeContract[];
  readonly market: HedgeMarket;
  readonly law: ImpactLaw;
  /** Weight of the venue's passing displacement in the index that marks are made from. */
  readonly indexWeight: number;
}

/** A fill that the venue can give: lots and their price. */
export interface VenueFill {
  readonly lots: number;
  readonly priceTicks: number;
  /** Value of the coins that it is about, reference currency. */
  readonly notional: number;
}

/**
 * The venue's books under forced orders. Whoever takes the other side of a future or an option hedges its delta in
 * the perpetual at once: so every liquidation presses on the coin, and a hedge that is closed with its
 * position relieves it.
 */
export class StudyVenue {
  private readonly coins: ImpactBook[];
  private readonly own: ImpactBook[];
  private step = 0;
  /** Largest displacement of a coin's price so far, up or down. */
  largestMove = 0;

  constructor(private readonly setting: VenueSetting) {
    this.coins = setting.path.assets.map(() => new ImpactBook(setting.law));
    this.own = setting.contracts.map(() => new ImpactBook(setting.law));
  }

  /** Time moves to a step: what comes back does. */
  advance(step: number): void {
    const spanUs = (step - this.step) * this.setting.path.stepUs;
    this.step = step;
    if (spanUs === 0) return;
    for (const book of [...this.coins, ...this.own]) book.recover(spanUs);
  }

  /** Prices of the coins as the index has them: all of what stays, a weight of what passes. */
  indexPrices(): number[] {
    return this.coins.map((book, asset) => {
      const moved = book.permanent + this.setting.indexWeight * book.temporary;
      return this.outside(asset) * (1 - moved);
    });
  }

  /** Fills as much of an order as its limit allows, and moves the books by it. */
  fill(contract: HedgeContract, isBuy: boolean, lots: number, limitTicks: number): VenueFill {
    const sign = isBuy ? -1 : 1;
    const { asset, kind } = contract;
    const asked = this.ask(contract, isBuy, limitTicks);
    const { book, liquidity, lotNotional, displacement, ticks, scale, delta } = asked;
    const wanted = lots * lotNotional;
    const room = book.roomTo(displacement, sign, wanted, liquidity);
    const filled = room >= wanted ? lots : Math.floor(room / lotNotional);
    if (filled < 1) return { lots: 0, priceTicks: 0, notional: 0 };
    const notional = filled * lotNotional;
    const exact = ticks - book.take(notional, sign, liquidity) * scale;
    const rounded = isBuy ? Math.ceil(exact) : Math.floor(exact);
    if (kind !== 'perpetual') this.hedge(asset, notional * delta * sign);
    const moved = Math.abs(this.coins[asset]!.displacement);
    this.largestMove = Math.max(this.largestMove, moved);
    const within = isBuy ? Math.min(limitTicks, rounded) : Math.max(limitTicks, rounded);
    return { lots: filled, priceTicks: Math.max(1, within), notional };
  }

  /** Lots that an order with this limit would get now. */
  room(contract: HedgeContract, isBuy: boolean, limitTicks: number): number {
    const { book, liquidity, lotNotional, displacement } = this.ask(contract, isBuy, limitTicks);
    const most = MOST_LOTS * lotNotional;
    return Math.floor(book.roomTo(displacement, isBuy ? -1 : 1, most, liquidity) / lotNotional);
  }

  /** The book that an order meets, and how far its limit lets it displace the price. */
  private ask(contract: HedgeContract, isBuy: boolean, limitTicks: number) {
    const { asset, kind, id, tickDigits } = contract;
    const book = kind === 'perpetual' ? this.coins[asset]! : this.own[id - 1]!;
    const quote = this.quote(contract, isBuy);
    return {
      ...quote,
      book,
      liquidity: this.liquidity(contract),
      lotNotional: lotNotionalOf(this.outside(asset), tickDigits),
      displacement: (quote.ticks - limitTicks) / quote.scale,
    };
  }

  /** The price without displacement of the contract's own book, and what a displacement of 1 costs, in ticks. */
  private quote(contract: HedgeContract, isBuy: boolean) {
    const { market, path } = this.setting;
    const price = this.outside(contract.asset);
    const timeUs = path.startUs + this.step * path.stepUs;
    const scale = price * 10 ** contract.tickDigits;
    if (contract.kind === 'perpetual') return { ticks: scale, scale, delta: 1 };
    const moved = price * (1 - this.coins[contract.asset]!.displacement);
    const { ticks, delta } = market.worthOf(contract, moved, timeUs);
    if (contract.kind === 'future') return { ticks, scale, delta };
    const spread = isBuy ? 1 + OPTION_SPREAD : 1 - OPTION_SPREAD;
    return { ticks: ticks * spread, scale, delta };
  }

  private hedge(asset: number, flow: number): void {
    if (flow === 0) return;
    const liquidity = this.coinLiquidity(asset);
    this.coins[asset]!.take(Math.abs(flow), flow > 0 ? 1 : -1, liquidity);
  }

  private liquidity({ asset, kind }: HedgeContract): Liquidity {
    const { turnover, volatility } = this.coinLiquidity(asset);
    return { turnover: turnover * DEPTH_SHARE[kind], volatility };
  }

  private coinLiquidity(asset: number): Liquidity {
    const { turnoverAMinute, volatilityOfAMinute } = this.setting.path.assets[asset]!;
    return { turnover: turnoverAMinute[this.step]!, volatility: volatilityOfAMinute[this.step]! };
  }

  private outside(asset: number): number {
    return this.setting.path.assets[asset]!.prices[this.step]!;
  }
}
