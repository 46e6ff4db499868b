import type { MessageNamed } from '#libs/events';
import type { HouseDriver } from './house-driver.js';
import { BTC, DAY, perpetual, PERP, priced, SECOND } from './small-house.js';

/** The day's close: a day after the small house opens. */
export const CLOSE = DAY + 86_400 * SECOND;

/** 100 USD a lot, settled in BTC: multiplier / priceTicks satoshi; 250,000 at 40,000.0 USD. */
export const inversePerpetual = {
  ...perpetual,
  name: 'BTC-INVERSE',
  currency: BTC,
  payoff: 1,
  multiplier: 100_000_000_000,
  maxLots: 10_000,
} as const;

/** A dated future on BTC, of the perpetual's size: a lot and a tick are one minor unit. */
export const future = { ...perpetual, name: 'BTC-FUTURE', kind: 1, expiresAt: CLOSE } as const;

/** A European option on the perpetual, 0.001 BTC a lot. */
export function option(
  right: 'call' | 'put',
  style: 'equity' | 'variation',
  strikeTicks: number,
  name = `BTC-${String(strikeTicks)}-${right}-${style}`,
) {
  return {
    ...perpetual,
    name,
    underlying: PERP,
    kind: 2,
    premium: style === 'equity' ? 1 : 0,
    optionType: right === 'call' ? 1 : 2,
    underlyingMultiplier: 1,
    strikeTicks,
    outlierPpm: 0,
    staleAfterUs: 0,
    expiresAt: CLOSE,
  } as const;
}

type Contract = Omit<MessageNamed<'InstrumentListed'>, 'publisher' | 'publisherSequence'>;

/** Lists a contract with a first mark; returns its id. */
export function listed(driver: HouseDriver, contract: Contract, priceTicks: number): number {
  driver.accept(contract);
  const id = driver.state.instruments.count;
  driver.accept(priced(driver, priceTicks, id));
  return id;
}
