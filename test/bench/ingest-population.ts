/**
 * The population of the ingest mix: direct accounts with 1 to 20 positions over 20 linear
 * perpetuals, Zipf activity, and a share of *tight* accounts, with one position and a deposit that
 * leaves them within 1 % of its notional from a breach. Everything follows from the seed.
 */
import { invariant } from '#libs/units';
import { CURRENCY, INSTRUMENTS, makerOf, openTicks, POOL, RATES_PPM } from './ingest-market.js';
import { referenceInputs } from './ingest-market.js';
import { Xorshift32 } from './measure.js';
import type { RecordBatches } from './record-batches.js';
import { ZipfDraw } from './zipf-draw.js';

export const TIGHT_PPM = 20_000;
/** The most active have many positions: none of them is tight. */
const BUSY_SHARE = 0.01;
export const TIGHT_LOTS = 2_000;
const MAKER_DEPOSIT_MINOR = 1e13;
/** Legs that the deposits of the active are made for: fees, and positions that drift for a while. */
const LEGS_EXPECTED = 400_000_000;
const LEGS_DRIFTING = 1_000_000;
const LEG_MINOR = 6 * 350_000;

export interface OpeningTrade {
  readonly instrument: number;
  readonly buyer: number;
  readonly seller: number;
  readonly lots: number;
}

export class Population {
  readonly random: Xorshift32;
  readonly zipf: ZipfDraw;
  /** Accounts (from 1) by activity, the most active first. */
  readonly byActivity: Int32Array;
  /** By account, bit i - 1: it trades instrument i. */
  readonly masks: Int32Array;
  /** By account: 1 when tight. */
  readonly tight: Uint8Array;
  readonly opening: OpeningTrade[] = [];
  readonly #deposits: Float64Array;

  /** `tightPpm`: how many of the accounts are within 1 % of a breach. */
  constructor(
    readonly accounts: number,
    { tightPpm = TIGHT_PPM, seed = 7 }: { readonly tightPpm?: number; readonly seed?: number } = {},
  ) {
    invariant(accounts >= 100, 'a population has at least 100 accounts');
    this.random = new Xorshift32(seed);
    this.zipf = new ZipfDraw(accounts);
    this.byActivity = Int32Array.from({ length: accounts }, (_, k) => k + 1);
    shuffle(this.byActivity, this.random);
    this.masks = new Int32Array(accounts + 1);
    this.tight = new Uint8Array(accounts + 1);
    this.#deposits = new Float64Array(accounts + 1);
    this.#chooseTight(tightPpm);
    this.#chooseInstruments();
    for (let id = 1; id <= INSTRUMENTS; id += 1) this.#pair(id);
    this.#fund();
  }

  /** Draws an account by activity. */
  draw(): number {
    return this.byActivity[this.zipf.next(this.random)] ?? 0;
  }

  /** Draws an instrument that an account trades. */
  drawInstrument(account: number): number {
    const mask = this.masks[account] ?? 0;
    for (;;) {
      const place = this.random.below(INSTRUMENTS);
      if ((mask >> place) & 1) return place + 1;
    }
  }

  /** Reference data, first prices (seen at `timeUs`), accounts and their money, first trades. */
  *inputs(batches: RecordBatches, timeUs: number): Generator<Uint8Array> {
    for (const input of referenceInputs()) batches.add(input);
    for (let instrument = 1; instrument <= INSTRUMENTS; instrument += 1) {
      const priceTicks = openTicks(instrument);
      const price = { instrument, priceTicks, observedAt: timeUs, confidencePpm: 1_000_000 };
      batches.add({ type: 'PriceObserved', ...price });
    }
    const all = this.accounts + INSTRUMENTS;
    for (let account = 1; account <= all; account += 1) {
      const party = { member: 0, pool: POOL, parent: 0, accountKind: 0 };
      batches.add({ type: 'AccountOpened', ...party, name: `A${String(account)}` });
      yield* batches.takeFull();
    }
    for (let account = 1; account <= all; account += 1) {
      const amountMinor = this.#deposits[account] ?? MAKER_DEPOSIT_MINOR;
      batches.add({ type: 'CollateralDeposited', account, currency: CURRENCY, amountMinor });
      yield* batches.takeFull();
    }
    for (const trade of this.opening) {
      const priceTicks = openTicks(trade.instrument);
      batches.addTrade({ ...trade, priceTicks, aggressor: 0 });
      yield* batches.takeFull();
    }
    yield* batches.takeAll();
  }

  #chooseTight(tightPpm: number): void {
    const first = Math.floor(this.accounts * BUSY_SHARE);
    let left = Math.floor((this.accounts * tightPpm) / 1_000_000);
    while (left > 0) {
      const place = first + this.random.below(this.accounts - first);
      const account = this.byActivity[place] ?? 0;
      if (this.tight[account] === 1) continue;
      this.tight[account] = 1;
      left -= 1;
    }
  }

  #chooseInstruments(): void {
    for (let account = 1; account <= this.accounts; account += 1) {
      let left = this.tight[account] === 1 ? 1 : 1 + this.random.below(INSTRUMENTS);
      let mask = 0;
      while (left > 0) {
        const bit = 1 << this.random.below(INSTRUMENTS);
        if ((mask & bit) !== 0) continue;
        mask |= bit;
        left -= 1;
      }
      this.masks[account] = mask;
    }
  }

  /** Opens everybody's position in an instrument, two by two; who is left over faces the maker. */
  #pair(instrument: number): void {
    const holders: number[] = [];
    for (let account = 1; account <= this.accounts; account += 1) {
      if (((this.masks[account] ?? 0) >> (instrument - 1)) & 1) holders.push(account);
    }
    const order = Int32Array.from(holders);
    shuffle(order, this.random);
    for (let k = 0; k < order.length; k += 2) {
      const buyer = order[k] ?? 0;
      const seller = order[k + 1] ?? makerOf(this.accounts, instrument);
      const isTight = this.tight[buyer] === 1 || this.tight[seller] === 1;
      const lots = isTight ? TIGHT_LOTS : 10 + this.random.below(191);
      this.opening.push({ instrument, buyer, seller, lots });
    }
  }

  #fund(): void {
    const notional = new Float64Array(this.accounts + 1 + INSTRUMENTS);
    for (const { instrument, buyer, seller, lots } of this.opening) {
      const minor = lots * openTicks(instrument);
      notional[buyer] = (notional[buyer] ?? 0) + minor;
      notional[seller] = (notional[seller] ?? 0) + minor;
    }
    for (const [place, account] of this.byActivity.entries()) {
      const held = notional[account] ?? 0;
      const fees = Math.ceil((held * RATES_PPM.taker) / 1_000_000);
      const share = this.zipf.shareOf(place);
      const uniform = this.random.next() / 2 ** 32;
      const wanted =
        this.tight[account] === 1
          ? (held * RATES_PPM.maintenance) / 1_000_000 + (held / 100) * uniform
          : held * (0.05 + 0.45 * uniform) +
            (share * LEGS_EXPECTED * LEG_MINOR * RATES_PPM.taker) / 1_000_000 +
            Math.sqrt(share * LEGS_DRIFTING) * LEG_MINOR;
      this.#deposits[account] = Math.ceil(wanted) + fees;
    }
  }
}

export function shuffle(numbers: Int32Array, random: Xorshift32): void {
  for (let k = numbers.length - 1; k > 0; k -= 1) {
    const other = random.below(k + 1);
    const kept = numbers[k] ?? 0;
    numbers[k] = numbers[other] ?? 0;
    numbers[other] = kept;
  }
}
