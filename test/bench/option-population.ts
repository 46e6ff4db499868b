/**
 * Option accounts beside the ingest population: a pool of its own under scenarios, on a coin of its own with
 * a chain of options. Each faces the pool's maker; the tight ones are funded, by what the core itself
 * requires of them, to within 0.8 % of their requirement. A rulebook that requires next to nothing is in
 * force until all positions are there, since half a portfolio may need more than the whole.
 */
import { ClearingHouse, HouseState, LATEST_LOGIC, OUTCOME } from '#libs/clearing-house';
import { type Message, recordLengthAt, recordLengthOf, writeRecord } from '#libs/events';
import {
  type BareInput,
  CURRENCY,
  INSTRUMENTS,
  PUBLISHERS,
  referenceInputs,
} from './ingest-market.js';
import { Xorshift32 } from './measure.js';
import { RecordBatches } from './record-batches.js';
import { CHAIN, chainModel, type ChainOption, chainSurface, chainTicks } from './tick-chain.js';

export const OPTION_POOL = 2;
export const COIN = INSTRUMENTS + 1;
export const COIN_TICKS = 500_000;
/** Options on one coin: every second of the chain. */
export const OPTIONS: readonly ChainOption[] = CHAIN.filter(
  ({ underlying }) => underlying === 1,
).map((option, k) => ({ ...option, id: COIN + 1 + k, underlying: COIN }));
const HELD = 5;
const LOTS_MAX = 20;
const FUNDED_MINOR = 1e12;
const TIGHT_SHARE = 0.1;
/** How far above its requirement a tight account is at most. */
export const TIGHT_PPM = 8_000;
const MONTH_US = 30 * 86_400_000_000;
const SECOND_US = 1_000_000;

interface Opening {
  readonly place: number;
  readonly instrument: number;
  /** Above 0: bought from the maker. */
  readonly lots: number;
}

export class OptionPopulation {
  readonly maker: number;
  readonly #opening: Opening[] = [];
  readonly #deposits: number[];
  readonly #random: Xorshift32;

  /** Accounts take the ids from `firstAccount` on, the maker the one behind them. */
  constructor(
    readonly accounts: number,
    readonly firstAccount: number,
    seed = 5,
  ) {
    this.maker = firstAccount + accounts;
    this.#random = new Xorshift32(seed);
    for (let place = 0; place < accounts; place += 1) this.#open(place);
    this.#deposits = this.#fund();
  }

  holds(account: number): boolean {
    return account >= this.firstAccount && account < this.maker;
  }

  /** First mark of the coin or of an option. */
  static openTicks(instrument: number): number {
    const option = OPTIONS[instrument - COIN - 1];
    return option === undefined ? COIN_TICKS : chainTicks(option, COIN_TICKS, COIN_TICKS);
  }

  /** Pool, coin, options, rulebook, accounts, money and first trades, in the order of their ids. */
  *inputs(batches: RecordBatches, timeUs: number): Generator<Uint8Array> {
    for (const input of references(timeUs)) batches.add(input);
    for (let k = 0; k <= this.accounts; k += 1) {
      batches.add(opened(`O${String(k + 1)}`));
      const account = this.firstAccount + k;
      const amountMinor = this.#deposits[k] ?? FUNDED_MINOR;
      batches.add({ type: 'CollateralDeposited', account, currency: CURRENCY, amountMinor });
      yield* batches.takeFull();
    }
    for (const trade of this.#opening) {
      batches.addTrade(tradeOf(trade, this.firstAccount, this.maker));
      yield* batches.takeFull();
    }
    batches.add(rulebook(2));
    yield* batches.takeAll();
  }

  #open(place: number): void {
    const chosen = new Set<number>();
    while (chosen.size < HELD) chosen.add(COIN + this.#random.below(OPTIONS.length + 1));
    for (const instrument of chosen) {
      const size = 1 + this.#random.below(LOTS_MAX);
      this.#opening.push({ place, instrument, lots: this.#random.below(2) === 0 ? size : -size });
    }
  }

  /** What each needs after its trades, as the core says of a copy of the pool where everybody has plenty. */
  #fund(): number[] {
    const house = new ClearingHouse(new HouseState());
    const now = MONTH_US;
    house.advanceTime(now);
    const batches = new RecordBatches(PUBLISHERS.operator);
    for (const input of [...referenceInputs(), ...references(now)]) batches.add(input);
    submitAll(house, [logic()]);
    for (let k = 0; k <= this.accounts; k += 1) {
      batches.add(opened(`O${String(k + 1)}`));
      const amountMinor = FUNDED_MINOR;
      batches.add({ type: 'CollateralDeposited', account: k + 1, currency: CURRENCY, amountMinor });
    }
    for (const trade of this.#opening) batches.addTrade(tradeOf(trade, 1, this.accounts + 1));
    batches.add(rulebook(2));
    submitAll(house, batches.takeAll());
    return Array.from({ length: this.accounts }, (_, k) => {
      const { evaluation } = house.judgement;
      evaluation.evaluate(k + 1);
      const { equityMinor, maintenanceMinor } = evaluation.figures;
      const uniform = this.#random.next() / 2 ** 32;
      const isTight = this.#random.next() / 2 ** 32 < TIGHT_SHARE;
      const wanted =
        maintenanceMinor * (isTight ? 1 + (TIGHT_PPM / 1e6) * uniform : 1.5 + 3 * uniform);
      return Math.max(1, Math.ceil(FUNDED_MINOR - equityMinor + wanted));
    });
  }
}

function references(timeUs: number): BareInput[] {
  const listings = referenceInputs().filter(({ type }) => type === 'InstrumentListed');
  const [perpetual] = listings;
  const confidencePpm = 1_000_000;
  const expiresAt = timeUs + MONTH_US;
  return [
    { type: 'PoolOpened', baseCurrency: CURRENCY, ladder: 0, name: 'options' },
    { ...perpetual, name: 'COIN-PERP' } as BareInput,
    ...OPTIONS.map((option) => listingOf(option, perpetual, expiresAt)),
    rulebook(1),
    ...[COIN, ...OPTIONS.map(({ id }) => id)].map((instrument) => ({
      type: 'PriceObserved' as const,
      instrument,
      priceTicks: OptionPopulation.openTicks(instrument),
      observedAt: timeUs,
      confidencePpm,
    })),
    chainSurface(COIN, COIN_TICKS, timeUs, expiresAt),
  ];
}

/** The first version is for the time in which positions are opened. */
function rulebook(rulebookVersion: number): BareInput {
  const rules = referenceInputs().find(({ type }) => type === 'RulebookPublished');
  const [terms] = chainModel().scenarioTerms;
  const levels = rulebookVersion === 1 ? { initialPpb: 1, maintenancePpb: 1, addOnsScaled: 1 } : {};
  const epochs = { epochMovePpm: 10_000, epochUs: 10 * SECOND_US };
  const scenarioTerms = [{ ...terms, ...epochs, ...levels }];
  return {
    ...rules,
    pool: OPTION_POOL,
    rulebookVersion,
    ...chainModel(),
    scenarioTerms,
  } as BareInput;
}

function listingOf(
  option: ChainOption,
  perpetual: BareInput | undefined,
  expiresAt: number,
): BareInput {
  return {
    ...perpetual,
    name: `OPTION-${String(option.id)}`,
    kind: 2,
    underlying: COIN,
    optionType: option.isCall ? 1 : 2,
    underlyingMultiplier: 1,
    strikeTicks: Math.round(COIN_TICKS * option.moneyness),
    outlierPpm: 0,
    expiresAt,
  } as BareInput;
}

function opened(name: string): BareInput {
  return { type: 'AccountOpened', member: 0, pool: OPTION_POOL, parent: 0, accountKind: 0, name };
}

function tradeOf({ place, instrument, lots }: Opening, firstAccount: number, maker: number) {
  const account = firstAccount + place;
  const [buyer, seller] = lots > 0 ? [account, maker] : [maker, account];
  const priceTicks = OptionPopulation.openTicks(instrument);
  return { instrument, buyer, seller, priceTicks, lots: Math.abs(lots), aggressor: 0 };
}

function logic(): Uint8Array {
  const message: Message = {
    type: 'LogicActivated',
    publisher: PUBLISHERS.operator,
    publisherSequence: 0,
    logicVersion: LATEST_LOGIC,
  };
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

function submitAll(house: ClearingHouse, batches: readonly Uint8Array[]): void {
  for (const batch of batches) {
    const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
    for (let at = 0; at < batch.length; at += recordLengthAt(view, at)) {
      if (house.isFrameFull) house.beginFrame();
      if (house.submit(view, at) !== OUTCOME.accepted) {
        throw new Error(`an input was refused: [${String(house.lastReason)}]`);
      }
      while (house.hasRunningSweep) {
        house.continueSweep();
        if (house.isFrameFull) house.beginFrame();
      }
    }
  }
}
