import type { MessageNamed } from '#libs/events';
import { type HouseDriver } from './house-driver.js';
import { PERP, SECOND } from './small-house.js';

/** An index of three sources on the perpetual: within 1 %, ten seconds, two of them at least. */
export const threeSources = {
  type: 'IndexDefined',
  instrument: PERP,
  maxAgeUs: 10 * SECOND,
  maxDeviationPpm: 10_000,
  minSources: 2,
  sources: [
    { source: 1, speaker: 0 },
    { source: 2, speaker: 0 },
    { source: 7, speaker: 0 },
  ],
} as const;

/** What a source says of the perpetual at the present log time. */
export function said(driver: HouseDriver, source: number, priceTicks: number) {
  const observedAt = driver.state.clock.timeUs;
  const body = { instrument: PERP, source, priceTicks, observedAt, confidencePpm: 1_000_000 };
  return { type: 'IndexSourceObserved', ...body } as const;
}

type Forward = MessageNamed<'ForwardObserved'>;

/** The forward of the perpetual for a time, seen at the present log time. */
export function forward(
  driver: HouseDriver,
  expiry: number,
  forwardTicks: number,
  change: Partial<Forward> = {},
) {
  const observedAt = driver.state.clock.timeUs;
  const body = { instrument: PERP, expiry, forwardTicks, observedAt, confidencePpm: 1_000_000 };
  return { ...body, ...change, type: 'ForwardObserved' } as const;
}

/** The rate of a currency for a time, seen at the present log time. */
export function rate(driver: HouseDriver, expiry: number, ratePpb: number, currency = 1) {
  const observedAt = driver.state.clock.timeUs;
  const body = { currency, expiry, ratePpb, observedAt, confidencePpm: 1_000_000 };
  return { ...body, type: 'RateObserved' } as const;
}
