/** Rates, factors, volatilities and confidences of the scenario model are in parts per billion. */
export const BILLION = 1_000_000_000;

export type VolatilityShock = 'none' | 'up' | 'down' | 'skew-linear' | 'skew-absolute';

/** One joint move of the market. What it costs a portfolio is one entry of its scenario vector. */
export interface Scenario {
  /** Relative move of spot and forwards: -150000000 = 15 % down. */
  readonly priceShockPpb: number;
  /** Move of perpetuals, futures and collateral, where another one holds for them (clamped tails). */
  readonly linearShockPpb?: number;
  readonly volatility: VolatilityShock;
  /** Share of the profit or loss that counts: a tail's dampening, a covered fraction. */
  readonly weightPpb: number;
  /** The worst losses of components are added up (price moves, volatility alone, rates, ...). */
  readonly component: number;
}

/**
 * Volatility shock by time to expiry t: up x (1 + upPpb x (pivot / max(t, floor))^power), down
 * likewise with minus and not below 0; one power up to the pivot, another beyond.
 */
export interface VolatilityShockParameters {
  readonly upPpb: number;
  readonly downPpb: number;
  readonly shortPowerPpb: number;
  readonly longPowerPpb: number;
  readonly pivotSeconds: number;
  readonly floorSeconds: number;
  /** Least volatility after a shock up. */
  readonly leastShockedPpb: number;
}

/**
 * Skew: volatility x (1 +- min(cap, k x cap / width)), k = ln(strike / forward) or its absolute value;
 * cap = capPpb + capPerRootYearPpb x sqrt(years),
 * width = max(leastWidthPpb, sqrt(years) x widthPpb x (volatilityPpb + volatilityPerRootYearPpb x sqrt(years))).
 */
export interface SkewParameters {
  readonly linearCapPpb: number;
  readonly linearCapPerRootYearPpb: number;
  readonly absoluteCapPpb: number;
  readonly absoluteCapPerRootYearPpb: number;
  readonly leastWidthPpb: number;
  readonly widthPpb: number;
  readonly volatilityPpb: number;
  readonly volatilityPerRootYearPpb: number;
}

/**
 * Static discount of an expiry's shocked option value, by its sign after the shock. Positive:
 * longBase x exp(-T (rate x longRate + longAdd)); negative: the lesser of shortBase x
 * exp(T (rate x shortRate + shortAdd)) and 1 / pricing discount.
 */
export interface DiscountParameters {
  readonly longBasePpb: number;
  readonly longRatePpb: number;
  readonly longAddPpb: number;
  readonly shortBasePpb: number;
  readonly shortRatePpb: number;
  readonly shortAddPpb: number;
  /** Whether option values are discounted at the expiry's rate. */
  readonly pricing: boolean;
}

/**
 * Charge for moves of one expiry against another: per expiry the worse of two moves of its forward,
 * x (addPpb + perYearPpb x years), summed over expiries without offset.
 */
export interface BasisParameters {
  readonly upShockPpb: number;
  readonly downShockPpb: number;
  readonly addPpb: number;
  readonly perYearPpb: number;
  /** Whether it competes with the worst scenario (the larger counts) or is added to it. */
  readonly competes: boolean;
}

/** Charge per expiry on the absolute delta: x max(perYearPpb x years, leastPpb) of its value. */
export interface RollParameters {
  readonly perYearPpb: number;
  readonly leastPpb: number;
}

/** Requirement of a level: worst loss x factor, with the add-ons inside or outside of the factor. */
export interface LevelParameters {
  readonly initialPpb: number;
  readonly maintenancePpb: number;
  readonly addOnsScaled: boolean;
}

/** Of spot x size. The initial rates come on top of the maintenance rates. */
export interface ContingencyParameters {
  readonly linearPpb: number;
  readonly linearInitialPpb: number;
  readonly shortOptionPpb: number;
  readonly shortOptionInitialPpb: number;
}

/** Where a price is less sure than the threshold: (1 - confidence) x factor x notional, initial. */
export interface ConfidenceParameters {
  readonly thresholdPpb: number;
  readonly factorPpb: number;
}

/** Where the settlement stablecoin is below the threshold: the initial factor grows by the gap x factor. */
export interface PegParameters {
  readonly thresholdPpb: number;
  readonly factorPpb: number;
}

/** The requirement is never below: rates of spot x size, and an amount per short option lot. */
export interface MinimumParameters {
  readonly linearPpb: number;
  readonly shortOptionPpb: number;
  readonly shortOptionMinor: number;
}

/**
 * Offsets between underlyings: all are taken to move together, and of an underlying's gain the share
 * `gainPpb` counts against the losses of others. Of the reduction against the sum of the single
 * underlyings `reductionLimitPpb` is given: 0, the sum stands; at most 80 % (EMIR RTS 153/2013 Art. 27).
 */
export interface OffsetParameters {
  /** By underlying; an underlying that is not named offsets nothing. */
  readonly gainPpb: readonly number[];
  readonly reductionLimitPpb: number;
}

/** SPAN: a charge per unit of delta that is long in one expiry and short in another. */
export interface CalendarSpread {
  readonly underlying: number;
  readonly nearExpiry: number;
  readonly farExpiry: number;
  readonly chargeMinor: number;
}

/** SPAN: a credit for opposite deltas of combined commodities, in a stated ratio; in priority order. */
export interface CommoditySpread {
  readonly legs: readonly {
    readonly underlying: number;
    readonly side: 1 | -1;
    readonly ratio: number;
  }[];
  readonly creditPpb: number;
}

/** Parameters of the `scenario` model: plain data, integers in the units that the names end with. */
export interface ScenarioParameters {
  /** Risk units in a minor unit of the margin currency: option values are rounded outward to them. */
  readonly riskUnitsPerMinor: number;
  readonly scenarios: readonly Scenario[];
  readonly volatilityShock: VolatilityShockParameters;
  readonly skew: SkewParameters;
  readonly discount: DiscountParameters;
  readonly basis: BasisParameters;
  readonly roll: RollParameters;
  readonly levels: LevelParameters;
  readonly contingency: ContingencyParameters;
  readonly confidence: ConfidenceParameters;
  readonly peg: PegParameters;
  readonly minimum: MinimumParameters;
  readonly offsets: OffsetParameters;
  readonly calendarSpreads: readonly CalendarSpread[];
  readonly commoditySpreads: readonly CommoditySpread[];
  /** Length of the averaging window before expiry in which the settlement price becomes fixed. */
  readonly settlementAverageSeconds: number;
}
