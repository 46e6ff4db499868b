/**
 * The market of the `ticks` and `memory` benchmarks: Bitcoin and ether as linear perpetuals, moved by
 * the minute returns of 19 May 2021, and an option on each of the two.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plainCharges } from '#libs/margin';
import { type Bar, readBars } from '#libs/simulator';
import type { BareInput } from './ingest-market.js';
import { CHAIN, chainModel, chainTicks, type Model } from './tick-chain.js';

export const BITCOIN = 1;
export const ETHER = 2;
export const MAINTENANCE_PPM = 25_000;
const INITIAL_PPM = 40_000;
/** What everybody holds: two factors; four factors. */
export const LINEAR_PAIR = [BITCOIN, ETHER];
export const FOUR_LINEAR = [BITCOIN, ETHER, 5, 6];
/** What an option is worth at first, a share of its underlying's price. */
const OPTION_SHARE = 0.06;
const BASE = 1;
const MAX_LOTS = 1_000_000;
const MAX_TICKS = 10_000_000;
const HOUR_US = 3_600_000_000;
export const EXPIRES_AT_US = 2_000_000_000_000_000;

/** Of odd contracts Bitcoin, of even ones ether is the coin. Their lots are worth about the same. */
export function multiplierOf(instrument: number): number {
  return instrument % 2 === BITCOIN ? 1 : 12;
}

/** First prices of all contracts. */
export function openingTicks(): Map<number, number> {
  const opening = new Map<number, number>();
  for (const [instrument, ticks] of dayTicks()) {
    const first = ticks[0] ?? 0;
    opening.set(instrument, first);
    opening.set(instrument + 2, Math.ceil(first * OPTION_SHARE));
    opening.set(instrument + 4, first);
  }
  return opening;
}

/** First prices of the options of the chain. */
export function chainOpeningTicks(): Map<number, number> {
  const days = dayTicks();
  return new Map(
    CHAIN.map((option) => {
      const first = days.get(option.underlying)?.[0] ?? 0;
      return [option.id, chainTicks(option, first, first)];
    }),
  );
}

/** Closes of the day's minutes by instrument, ticks of 0.01. */
export function dayTicks(): ReadonlyMap<number, readonly number[]> {
  return new Map([
    [BITCOIN, closesOf('btcusdt')],
    [ETHER, closesOf('ethusdt')],
  ]);
}

function closesOf(symbol: string): number[] {
  const name = `libs/simulator/data/${symbol}-1m-20210519.csv`;
  const bars: Bar[] = readBars(readFileSync(rootFile(name), 'utf8'));
  return bars.map(({ close }) => Math.round(Number(close) * 100));
}

/** A file of the repository, from the sources as from dist/. */
function rootFile(name: string): string {
  const here = import.meta.url;
  return fileURLToPath(
    new URL(here.includes('/dist/') ? `../../../${name}` : `../../${name}`, here),
  );
}

/** Publishers, currency, pool, venue, the contracts and the rulebook, in the order of their ids. */
export function tickReference(chain?: Model): BareInput[] {
  const names = ['venue', 'feed', 'executor'];
  return [
    ...names.map((name) => ({ type: 'PublisherRegistered' as const, name })),
    { type: 'CurrencyListed', minorDigits: 2, name: 'USDT' },
    { type: 'PoolOpened', baseCurrency: BASE, ladder: 0, name: 'exchange' },
    { type: 'VenueConnected', acceptance: 0, name: 'XNOV' },
    perpetual(BITCOIN, 'BTC-PERP'),
    perpetual(ETHER, 'ETH-PERP'),
    call(BITCOIN, 4_500_000, 'BTC-CALL'),
    call(ETHER, 360_000, 'ETH-CALL'),
    perpetual(BITCOIN, 'BTC-PERP-2'),
    perpetual(ETHER, 'ETH-PERP-2'),
    ...(chain === undefined ? [] : chainListings()),
    { ...rulebook(), ...(chain === 'scenario' ? chainModel() : {}) },
  ];
}

function chainListings(): BareInput[] {
  const days = dayTicks();
  return CHAIN.map(({ id, underlying, isCall, moneyness }) => {
    const strikeTicks = Math.round((days.get(underlying)?.[0] ?? 0) * moneyness);
    const listed = call(underlying, strikeTicks, `OPTION-${String(id)}`);
    return { ...listed, optionType: isCall ? 1 : 2, outlierPpm: 0 } as BareInput;
  });
}

function perpetual(id: number, name: string): BareInput {
  return {
    type: 'InstrumentListed',
    currency: BASE,
    underlying: 0,
    kind: 0,
    payoff: 0,
    premium: 0,
    optionType: 0,
    marginClass: 1,
    tickDigits: 2,
    multiplier: multiplierOf(id),
    underlyingMultiplier: 0,
    strikeTicks: 0,
    maxLots: MAX_LOTS,
    maxPriceTicks: MAX_TICKS,
    outlierPpm: 500_000,
    staleAfterUs: 24 * HOUR_US,
    expiresAt: 0,
    name,
  };
}

function call(underlying: number, strikeTicks: number, name: string): BareInput {
  return {
    ...perpetual(underlying, name),
    type: 'InstrumentListed',
    underlying,
    kind: 2,
    premium: 1,
    optionType: 1,
    underlyingMultiplier: multiplierOf(underlying),
    strikeTicks,
    expiresAt: EXPIRES_AT_US,
    name,
  } as BareInput;
}

function rulebook(): BareInput {
  return {
    type: 'RulebookPublished',
    pool: 1,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: 0,
    takerFeePpm: 0,
    liquidationFeePpm: 1_000,
    warningPpm: 1_200_000,
    warningClearPpm: 1_350_000,
    targetPpm: 1_250_000,
    slippagePpm: 2_000,
    orderTimeoutUs: HOUR_US,
    callWindowUs: HOUR_US,
    memberCallWindowUs: HOUR_US,
    shortOptionMaintenancePpm: 75_000,
    shortOptionInitialPpm: 150_000,
    shortOptionFloorPpm: 100_000,
    ...plainCharges,
    tiers: [
      {
        marginClass: 1,
        upToLots: MAX_LOTS,
        initialPpm: INITIAL_PPM,
        maintenancePpm: MAINTENANCE_PPM,
      },
    ],
    haircuts: [],
    policies: [{ accountKind: 0, onBreach: 0 }],
  };
}
