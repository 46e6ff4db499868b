/** Coins with options for the benchmark of portfolio margin: what is listed, priced and required. */
import { plainCharges } from '#libs/margin';
import { blackCall, blackPut, deviationOf } from '#libs/pricing';
import type { MessageNamed } from '#libs/events';
import type { BareInput } from './ingest-market.js';

export const COINS = 10;
/** Instruments of a coin: perpetual, put, call; ids from 1. */
export const KINDS = 3;
export const POOL = 1;
export const CURRENCY = 1;
export const VENUE = 1;
const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
const YEAR_DAYS = 365;
const EXPIRY_DAYS = 30;
const VOLATILITY = 0.8;
const STRIKE = { put: 0.95, call: 1.05 } as const;
const PPB = 1_000_000_000;
export const LIQUIDATION_FEE_PPM = 1_000;
/** Worst of these moves of the price, each with volatility as it is, up and down. */
const MOVES = [-0.15, -0.075, 0, 0.075, 0.15] as const;

export type OptionKind = keyof typeof STRIKE;

/** Opening price of a coin (from 1), ticks; a lot is worth that many minor units. */
export function coinTicks(coin: number): number {
  return 150_000 + 25_000 * coin;
}

export function perpetualOf(coin: number): number {
  return (coin - 1) * KINDS + 1;
}

export function optionOf(coin: number, kind: OptionKind): number {
  return perpetualOf(coin) + (kind === 'put' ? 1 : 2);
}

function strikeOf(coin: number, kind: OptionKind): number {
  return Math.round(coinTicks(coin) * STRIKE[kind]);
}

/** Price of an option where the coin costs `ticks`, ticks; the time that a benchmark takes is nothing. */
export function optionTicks(coin: number, kind: OptionKind, ticks: number): number {
  const black = kind === 'put' ? blackPut : blackCall;
  const deviation = deviationOf(VOLATILITY, EXPIRY_DAYS / YEAR_DAYS);
  return Math.max(1, Math.round(black(ticks, strikeOf(coin, kind), deviation)));
}

/** Prices of all instruments where every coin stands at `share` of its opening price. */
export function pricesAt(share: number, timeUs: number): BareInput[] {
  const inputs: BareInput[] = [];
  for (let coin = 1; coin <= COINS; coin += 1) {
    const ticks = Math.round(coinTicks(coin) * share);
    const own = [
      [perpetualOf(coin), ticks],
      [optionOf(coin, 'put'), optionTicks(coin, 'put', ticks)],
      [optionOf(coin, 'call'), optionTicks(coin, 'call', ticks)],
    ] as const;
    for (const [instrument, priceTicks] of own) {
      const seen = { observedAt: timeUs, confidencePpm: 1_000_000 };
      inputs.push({ type: 'PriceObserved', instrument, priceTicks, ...seen });
    }
  }
  return inputs;
}

/** A flat surface of each coin's options. */
export function surfacesAt(share: number, timeUs: number, expiresAtUs: number): BareInput[] {
  return Array.from({ length: COINS }, (_, k) => {
    const forwardTicks = Math.round(coinTicks(k + 1) * share);
    return {
      type: 'VolatilitySurfaceObserved' as const,
      instrument: perpetualOf(k + 1),
      observedAt: timeUs,
      confidencePpm: 1_000_000,
      expiries: [{ expiry: expiresAtUs, forwardTicks }],
      points: [{ expiryPlace: 0, strikeTicks: forwardTicks, volatilityPpm: VOLATILITY * 1e6 }],
    };
  });
}

/** Publishers, currency, pool, venue, instruments, in the order of their ids, and their first prices. */
export function portfolioReference(timeUs: number): BareInput[] {
  const expiresAtUs = timeUs + EXPIRY_DAYS * DAY_US;
  const inputs: BareInput[] = [
    ...['venue', 'feed', 'executor'].map((name) => ({
      type: 'PublisherRegistered' as const,
      name,
    })),
    { type: 'CurrencyListed', minorDigits: 4, name: 'USDT' },
    { type: 'PoolOpened', baseCurrency: CURRENCY, ladder: 0, name: 'portfolio' },
    { type: 'VenueConnected', acceptance: 0, name: 'XNOV' },
  ];
  for (let coin = 1; coin <= COINS; coin += 1) {
    inputs.push(
      listing(coin),
      listing(coin, 'put', expiresAtUs),
      listing(coin, 'call', expiresAtUs),
    );
  }
  inputs.push(openingRulebook, ...pricesAt(1, timeUs), ...surfacesAt(1, timeUs, expiresAtUs));
  return inputs;
}

function listing(coin: number, option?: OptionKind, expiresAt = 0): BareInput {
  return {
    type: 'InstrumentListed',
    currency: CURRENCY,
    underlying: option === undefined ? 0 : perpetualOf(coin),
    kind: option === undefined ? 0 : 2,
    payoff: 0,
    premium: option === undefined ? 0 : 1,
    optionType: option === undefined ? 0 : option === 'call' ? 1 : 2,
    marginClass: 1,
    tickDigits: 2,
    multiplier: 1,
    underlyingMultiplier: option === undefined ? 0 : 1,
    strikeTicks: option === undefined ? 0 : strikeOf(coin, option),
    maxLots: 100_000_000,
    maxPriceTicks: 4_000_000,
    outlierPpm: 0,
    staleAfterUs: 0,
    expiresAt,
    name: `COIN-${String(coin)}${option === undefined ? '' : `-${option.toUpperCase()}`}`,
  };
}

type Rulebook = Omit<MessageNamed<'RulebookPublished'>, 'publisher' | 'publisherSequence'>;

/** Asks for nearly nothing, so that a book may be opened leg by leg. */
const openingRulebook: Rulebook = {
  type: 'RulebookPublished',
  pool: POOL,
  rulebookVersion: 1,
  effectiveAt: 0,
  makerFeePpm: 0,
  takerFeePpm: 0,
  liquidationFeePpm: LIQUIDATION_FEE_PPM,
  warningPpm: 1_000_000,
  warningClearPpm: 1_000_000,
  targetPpm: 1_100_000,
  slippagePpm: 2_000,
  orderTimeoutUs: 60 * SECOND_US,
  callWindowUs: 600 * SECOND_US,
  memberCallWindowUs: 600 * SECOND_US,
  shortOptionMaintenancePpm: 1,
  shortOptionInitialPpm: 1,
  shortOptionFloorPpm: 1,
  ...plainCharges,
  tiers: [{ marginClass: 1, upToLots: 100_000_000, initialPpm: 1, maintenancePpm: 1 }],
  haircuts: [],
  policies: [{ accountKind: 0, onBreach: 0 }],
};

/** Portfolio margin over the scenarios; an epoch ends at a move of 1 % or after an hour. */
export function portfolioRulebook(terms: Rulebook['scenarioTerms'][number]): Rulebook {
  return {
    ...openingRulebook,
    rulebookVersion: 2,
    model: 1,
    scenarioTerms: [
      {
        ...terms,
        riskUnitsPerMinor: 1_000,
        epochMovePpm: 10_000,
        epochUs: 3_600 * SECOND_US,
        initialPpb: 1_250_000_000,
        volatilityUpPpb: 400_000_000,
        volatilityDownPpb: 250_000_000,
        volatilityShortPowerPpb: 300_000_000,
        volatilityLongPowerPpb: 130_000_000,
        linearContingencyPpb: 2_000_000,
        shortOptionContingencyPpb: 5_000_000,
      },
    ],
    scenarios: MOVES.flatMap((move) =>
      [0, 1, 2].map((volatility) => ({
        priceShockPpb: Math.round(move * PPB),
        linearShockPpb: Math.round(move * PPB),
        volatility,
        weightPpb: PPB,
        component: 0,
      })),
    ),
  };
}
