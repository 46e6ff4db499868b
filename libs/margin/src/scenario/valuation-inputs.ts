import type { InstrumentTable, VolatilitySurface } from '#libs/market';

/** What was last observed for one expiry: a forward in ticks, or a rate in parts per billion. */
export interface ObservedTerm {
  readonly value: number;
  /** Mark of the underlying when it came; 0: there was none, or it is a rate. */
  readonly markTicks: number;
  /** When its source saw it, and log time of its arrival. */
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly confidencePpm: number;
}

/**
 * What values are computed from: the marks and the time of one valuation epoch; volatilities, forwards,
 * rates and the price of the base currency, of which every new one that counts opens an epoch.
 */
export interface ValuationInputs {
  readonly instruments: InstrumentTable;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Log time at which it was opened. */
  readonly openedAtUs: number;
  /** Price of the pool's base currency in the reference currency, millionths. */
  readonly basePriceMicros: number;
  /** Whether a forward never moves beyond what is ever accepted as a price of the underlying. */
  readonly capsForwards: boolean;
  /** Present log time: how old what was observed has become. */
  nowUs(): number;
  /** Mark of an instrument when the epoch was opened; 0: there was none. */
  epochMarkTicks(id: number): number;
  /** What that mark lacked of full confidence. */
  epochDoubtPpm(id: number): number;
  /** Mark of an underlying when its volatilities were observed. */
  surfaceMarkTicks(underlying: number): number;
  surface(underlying: number): VolatilitySurface | undefined;
  /** Log time at which the volatilities of an underlying arrived. */
  surfaceReceivedAt(underlying: number): number;
  /** The forward of exactly this expiry, if one was observed by itself. */
  forward(underlying: number, expiry: number): ObservedTerm | undefined;
  /** The base currency's rate for this expiry, or the next later one, or the last. */
  rate(expiry: number): ObservedTerm | undefined;
}
