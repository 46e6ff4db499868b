/*
 * What a rulebook says of the model `scenario` (docs/margin.md): rates and factors in parts per billion.
 * A group of at most one entry, so that a rulebook of another model holds nothing of it. The defaults do
 * nothing: no shock, no charge, no offset.
 */

const BILLION = 1_000_000_000;

const ppb = <const D extends string>(doc: D) => ({ type: 'i64', default: 0, doc }) as const;
const one = <const D extends string>(doc: D) => ({ type: 'i64', default: BILLION, doc }) as const;

/** What is asked of rates, forwards, volatilities, indices and the base currency; all off at first. */
const marketDataTerms = {
  discountsValues: {
    type: 'u8',
    since: 4,
    default: 0,
    doc: '1: option values are discounted at the rate of their expiry; 0: they are not.',
  },
  surfaceMaxAgeUs: {
    type: 'i64',
    since: 4,
    default: 0,
    doc: 'Units with an option on older volatilities than this are not judged; 0: any age will do.',
  },
  forwardMaxAgeUs: {
    type: 'i64',
    since: 4,
    default: 0,
    doc: 'The same of the forward that the option is valued at, if it was observed by itself.',
  },
  rateMaxAgeUs: {
    type: 'i64',
    since: 4,
    default: 0,
    doc: 'The same of the rate that the option is valued at, if there is one.',
  },
  indexConfidence: {
    type: 'u8',
    since: 4,
    default: 0,
    doc: '1: what an index marks is as sure as its sources agree; 0: as sure as can be.',
  },
  pegThresholdPpb: {
    type: 'i64',
    since: 4,
    default: 0,
    doc: 'Below this price of the base currency in the reference currency the initial factor grows.',
  },
  pegFactorPpb: {
    type: 'i64',
    since: 4,
    default: 0,
    doc: 'It grows by (threshold - price) x this; 0: the base currency is taken for stable.',
  },
} as const;

/** Parameters beside the list of scenarios. */
export const scenarioTerms = {
  type: 'group',
  maxItems: 1,
  since: 3,
  doc: 'Parameters of the model `scenario`: one entry under that model, none under another.',
  fields: {
    riskUnitsPerMinor: {
      type: 'i64',
      default: 1,
      doc: 'Risk units in a minor unit of the base currency; values of a lot are whole risk units.',
    },
    epochMovePpm: {
      type: 'u32',
      default: 10_000,
      doc: 'A price that has moved by so much since the valuation epoch began opens the next one.',
    },
    epochUs: {
      type: 'i64',
      default: 60_000_000,
      doc: 'A valuation epoch lasts no longer than this log time.',
    },
    settlementAverageS: {
      type: 'u32',
      default: 0,
      doc: 'Averaging window before expiry in which the settlement price becomes fixed, seconds.',
    },
    initialPpb: one('Initial requirement: worst loss x this.'),
    maintenancePpb: one('Maintenance requirement: worst loss x this.'),
    addOnsScaled: {
      type: 'u8',
      default: 1,
      doc: '1: the factors apply to the charges too; 0: to the worst loss alone.',
    },
    volatilityUpPpb: ppb('Volatility shock up at the pivot.'),
    volatilityDownPpb: ppb('Volatility shock down at the pivot.'),
    volatilityShortPowerPpb: ppb('Power of pivot over time to expiry, up to the pivot.'),
    volatilityLongPowerPpb: ppb('The same beyond the pivot.'),
    volatilityPivotS: { type: 'u32', default: 2_592_000, doc: 'The pivot, seconds to expiry.' },
    volatilityFloorS: { type: 'u32', default: 86_400, doc: 'Least time to expiry in it, seconds.' },
    volatilityLeastPpb: ppb('Least volatility after a shock up.'),
    skewLinearCapPpb: ppb('Linear skew: its cap.'),
    skewLinearCapPerRootYearPpb: ppb('Linear skew: what its cap grows by with the root of years.'),
    skewAbsoluteCapPpb: ppb('Absolute skew: its cap.'),
    skewAbsoluteCapPerRootYearPpb: ppb('Absolute skew: what its cap grows by.'),
    skewLeastWidthPpb: ppb('Skews: least log-moneyness at which the cap is reached.'),
    skewWidthPpb: ppb('Skews: scale of that width.'),
    skewVolatilityPpb: ppb('Skews: volatility level in that width.'),
    skewVolatilityPerRootYearPpb: ppb('Skews: what that level grows by with the root of years.'),
    discountLongBasePpb: one('Static discount of an expiry that is worth more than nothing.'),
    discountLongRatePpb: ppb('The same: multiple of its rate.'),
    discountLongAddPpb: ppb('The same: added to the rate.'),
    discountShortBasePpb: one('Static discount of an expiry that is owed.'),
    discountShortRatePpb: ppb('The same: multiple of its rate.'),
    discountShortAddPpb: ppb('The same: added to the rate.'),
    basisUpPpb: ppb("Charge on expiries' moves against each other: move of a forward up."),
    basisDownPpb: ppb('The same: move down (below 0).'),
    basisAddPpb: ppb('The same: share of the loss.'),
    basisPerYearPpb: ppb('The same: what the share grows by a year.'),
    basisCompetes: {
      type: 'u8',
      default: 1,
      doc: '1: that charge competes with the worst scenario; 0: it is added.',
    },
    rollPerYearPpb: ppb("Charge on each expiry's delta, of its value, a year."),
    rollLeastPpb: ppb('The same: its least rate.'),
    linearContingencyPpb: ppb('Charge on perpetuals and futures, of spot x size.'),
    linearContingencyInitialPpb: ppb('The same: on top, initial.'),
    shortOptionContingencyPpb: ppb('Charge on naked short options, of spot x size.'),
    shortOptionContingencyInitialPpb: ppb('The same: on top, initial.'),
    confidenceThresholdPpb: ppb('Below this confidence of a price there is a charge.'),
    confidenceFactorPpb: ppb('That charge: (1 - confidence) x this x notional, initial.'),
    minimumLinearPpb: ppb('The requirement is at least this of spot x size of linear contracts.'),
    minimumShortOptionPpb: ppb('The same of short options.'),
    minimumShortOptionMinor: { type: 'i64', default: 0, doc: 'The same a short option lot.' },
    offsetLimitPpb: ppb(
      'Of what offsets between underlyings reduce, so much is given; up to 80 %.',
    ),
    ...marketDataTerms,
  },
} as const;

/** The joint moves of the market. */
export const scenarios = {
  type: 'group',
  maxItems: 64,
  since: 3,
  doc: 'The scenarios of the model `scenario`; none under another.',
  fields: {
    priceShockPpb: { type: 'i64', doc: 'Move of spot and forwards: -150000000 is 15 % down.' },
    linearShockPpb: { type: 'i64', doc: 'Move of perpetuals and futures; mostly the same.' },
    volatility: {
      type: 'enum',
      values: ['none', 'up', 'down', 'skew-linear', 'skew-absolute'],
      doc: 'What happens to volatilities.',
    },
    weightPpb: { type: 'i64', default: BILLION, doc: 'Share of the result that counts.' },
    component: {
      type: 'u8',
      default: 0,
      doc: 'The worst losses of components are added up; 0 when there is one.',
    },
  },
} as const;

/** How much of an underlying's gain counts against losses of others. */
export const scenarioOffsets = {
  type: 'group',
  maxItems: 64,
  since: 3,
  doc: 'Offsets of the model `scenario`; an underlying that is not named offsets nothing.',
  fields: {
    underlying: { type: 'ref', to: 'instrument', doc: 'A perpetual or future.' },
    gainPpb: { type: 'i64', doc: "Share of its gain that counts against others' losses." },
  },
} as const;

/** Collateral inside the scenarios: what a currency's balance loses when the market moves against it. */
export const scenarioCollateral = {
  type: 'group',
  maxItems: 32,
  since: 6,
  doc: 'Collateral that stands in the scenarios; a currency that is not named is worth the same in all.',
  fields: {
    currency: { type: 'ref', to: 'currency', doc: 'A currency other than the base currency.' },
    underlying: {
      type: 'ref',
      to: 'instrument',
      doc: 'The perpetual, one with a mark, whose price moves its worth.',
    },
  },
} as const;
