/** The market of the ingest population: instruments, rulebook, and who is who. Amounts are integers. */
import type { InputMessage } from '#libs/events';
import { plainCharges } from '#libs/margin';

export const INSTRUMENTS = 20;
/** Ids by order of registration; the operator is there from the start. */
export const PUBLISHERS = { operator: 1, venue: 2, feed: 3, executor: 4 } as const;
export const VENUE = 1;
export const CURRENCY = 1;
export const POOL = 1;

/** One flat tier: maintenance is the 2.5 % of the published figures. */
export const RATES_PPM = { maintenance: 25_000, initial: 40_000, maker: 100, taker: 300 } as const;
const SECOND_US = 1_000_000;

/** Opening price of an instrument (from 1), ticks; a lot is worth that many minor units. */
export function openTicks(instrument: number): number {
  return 75_000 + 25_000 * instrument;
}

/** Who takes the other side of a liquidation: one well-funded account an instrument. */
export function makerOf(accounts: number, instrument: number): number {
  return accounts + instrument;
}

type Bare<M> = M extends InputMessage ? Omit<M, 'publisher' | 'publisherSequence'> : never;
/** An input before a session numbers it. */
export type BareInput = Bare<InputMessage>;

/** Publishers, currency, pool, venue, instruments and the rulebook, in the order of their ids. */
export function referenceInputs(): BareInput[] {
  const inputs: BareInput[] = [
    ...['venue', 'feed', 'executor'].map((name) => ({
      type: 'PublisherRegistered' as const,
      name,
    })),
    { type: 'CurrencyListed', minorDigits: 4, name: 'USDT' },
    { type: 'PoolOpened', baseCurrency: CURRENCY, ladder: 0, name: 'exchange' },
    { type: 'VenueConnected', acceptance: 0, name: 'XNOV' },
  ];
  for (let id = 1; id <= INSTRUMENTS; id += 1) inputs.push(listing(id));
  inputs.push(rulebook());
  return inputs;
}

function listing(id: number): BareInput {
  return {
    type: 'InstrumentListed',
    currency: CURRENCY,
    underlying: 0,
    kind: 0,
    payoff: 0,
    premium: 0,
    optionType: 0,
    marginClass: 1,
    tickDigits: 2,
    multiplier: 1,
    underlyingMultiplier: 0,
    strikeTicks: 0,
    maxLots: 100_000_000,
    maxPriceTicks: 4_000_000,
    outlierPpm: 200_000,
    staleAfterUs: 60 * SECOND_US,
    expiresAt: 0,
    name: `PERP-${String(id)}`,
  };
}

function rulebook(): BareInput {
  return {
    type: 'RulebookPublished',
    pool: POOL,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: RATES_PPM.maker,
    takerFeePpm: RATES_PPM.taker,
    liquidationFeePpm: 1_000,
    warningPpm: 1_200_000,
    warningClearPpm: 1_350_000,
    targetPpm: 1_250_000,
    slippagePpm: 2_000,
    orderTimeoutUs: 10 * SECOND_US,
    callWindowUs: 600 * SECOND_US,
    memberCallWindowUs: 600 * SECOND_US,
    shortOptionMaintenancePpm: 75_000,
    shortOptionInitialPpm: 150_000,
    shortOptionFloorPpm: 100_000,
    ...plainCharges,
    tiers: [
      {
        marginClass: 1,
        upToLots: 100_000_000,
        initialPpm: RATES_PPM.initial,
        maintenancePpm: RATES_PPM.maintenance,
      },
    ],
    haircuts: [],
    policies: [{ accountKind: 0, onBreach: 0 }],
  };
}
