import {
  BILLION,
  type ExpiryState,
  fixedShareTicks,
  NO_EXPIRY,
  type ScenarioInstrument,
  type ScenarioLeg,
  type ScenarioMarket,
} from '#libs/margin';
import { multiplyDivideFloor } from '#libs/units';
import { checkedForm, FormReader, refuse } from './checked-form.js';
import { portfolioSchema } from './portfolio-schema.js';
import type { MarketNames, RulebookForm } from './rulebook-reader.js';

const PPB_DIGITS = 9;
const PPT_DIGITS = 12;
const TICK_DIGITS = 2;
const RATE_MOST_PPB = 10 * BILLION;
/** Digits of a contract size. */
const SIZE_DIGITS = 12;

export interface PortfolioForm {
  readonly market: ScenarioMarket;
  readonly legs: readonly ScenarioLeg[];
  readonly cashMinor: number;
  readonly names: MarketNames;
  readonly instrumentNames: readonly string[];
  /** Digits of a tick of each underlying. */
  readonly tickDigits: readonly number[];
}

interface Context extends MarketNames {
  readonly rulebook: RulebookForm;
  readonly tickDigits: readonly number[];
}

/** Market and positions of a portfolio file. @throws CommandFailure for the first thing wrong */
export function readPortfolio(
  file: string,
  content: string,
  rulebook: RulebookForm,
): PortfolioForm {
  const reader = new FormReader(file, '', checkedForm(file, content, portfolioSchema));
  const market = reader.group('market');
  const underlyings = market.list('underlyings');
  const tickDigits = underlyings.map((one) => one.whole('tickDigits', TICK_DIGITS));
  const expiries = market.list('expiries');
  const names: MarketNames = {
    underlyings: distinct(underlyings),
    expiries: distinct(expiries),
    expiryUnderlyings: expiries.map((one) =>
      one.placeOf('underlying', distinct(underlyings), 'underlying'),
    ),
  };
  const context: Context = { ...names, rulebook, tickDigits };
  const instruments = market.list('instruments');
  const instrumentNames = distinct(instruments);
  return {
    names,
    instrumentNames,
    tickDigits,
    cashMinor: reader.decimal('cash', rulebook.minorDigits),
    market: {
      stablePricePpb: market.has('stablePrice')
        ? positive(market, 'stablePrice', PPB_DIGITS)
        : BILLION,
      underlyings: underlyings.map((one, at) => ({
        spotTicks: positive(one, 'spot', tickDigits[at] ?? TICK_DIGITS),
        confidencePpb: share(one, 'confidence', BILLION),
      })),
      expiries: expiries.map((one, at) => readExpiry(one, at, context)),
      instruments: instruments.map((one) => readInstrument(one, context)),
    },
    legs: reader.list('positions').map((one) => ({
      instrument: one.placeOf('instrument', instrumentNames, 'instrument of the market'),
      lots: one.decimal('lots', 0),
    })),
  };
}

function distinct(readers: readonly FormReader[]): string[] {
  const names = readers.map((one) => one.text('name'));
  names.forEach((name, at) => {
    if (names.indexOf(name) === at) return;
    const reader = readers[at]!;
    refuse(reader.file, reader.at('name'), `is "${name}", which is taken; give it another name`);
  });
  return names;
}

function positive(reader: FormReader, name: string, digits: number): number {
  const value = reader.decimal(name, digits);
  if (value <= 0) refuse(reader.file, reader.at(name), `is not above 0; it must be`);
  return value;
}

/** A decimal of 0 to 1, in parts per billion. */
function share(reader: FormReader, name: string, otherwise: number): number {
  const value = reader.decimal(name, PPB_DIGITS, otherwise);
  if (value < 0 || value > BILLION) refuse(reader.file, reader.at(name), 'must be 0 to 1');
  return value;
}

/** A year's interest rate; the bound keeps every discount factor above 0. */
function rateOf(reader: FormReader): number {
  const value = reader.decimal('rate', PPB_DIGITS);
  if (Math.abs(value) > RATE_MOST_PPB) refuse(reader.file, reader.at('rate'), 'must be -10 to 10');
  return value;
}

function readExpiry(reader: FormReader, at: number, context: Context): ExpiryState {
  const underlying = context.expiryUnderlyings[at] ?? 0;
  const digits = context.tickDigits[underlying] ?? TICK_DIGITS;
  const secondsToExpiry = reader.whole('secondsToExpiry');
  const forwardTicks = positive(reader, 'forward', digits);
  const windowSeconds = context.rulebook.settlementAverageSeconds;
  const byWindow = fixedShareTicks({ forwardTicks, secondsToExpiry, windowSeconds });
  const fixedTicks = reader.decimal('fixed', digits, byWindow);
  if (fixedTicks < 0 || fixedTicks > forwardTicks) {
    refuse(reader.file, reader.at('fixed'), 'must be 0 to the forward');
  }
  return {
    underlying,
    secondsToExpiry,
    forwardTicks,
    fixedTicks,
    ratePpb: rateOf(reader),
    confidencePpb: share(reader, 'confidence', BILLION),
  };
}

function readInstrument(reader: FormReader, context: Context): ScenarioInstrument {
  const underlying = reader.placeOf('underlying', context.underlyings, 'underlying');
  const digits = context.tickDigits[underlying] ?? TICK_DIGITS;
  const confidencePpb = share(reader, 'confidence', BILLION);
  const expiry = reader.has('expiry')
    ? reader.placeOf('expiry', context.expiries, 'expiry')
    : NO_EXPIRY;
  if (expiry >= 0 && context.expiryUnderlyings[expiry] !== underlying) {
    refuse(reader.file, reader.at('expiry'), 'belongs to another underlying');
  }
  const common = { underlying, expiry, confidencePpb };
  const kind = reader.text('kind');
  if (kind === 'published') {
    const riskUnitsPerTick = 10 ** (context.rulebook.riskDigits - context.rulebook.minorDigits);
    const gains = reader.decimals('gains', context.rulebook.minorDigits);
    const deltaPpb = reader.decimal('delta', PPB_DIGITS, BILLION);
    return { ...common, kind, riskUnitsPerTick, gains, deltaPpb };
  }
  if (kind === 'inverse') {
    const riskUnitsPerTick = unitsOf(reader, context.rulebook.riskDigits + digits);
    return { ...common, kind, riskUnitsPerTick, priceTicks: positive(reader, 'price', digits) };
  }
  const riskUnitsPerTick = unitsOf(reader, context.rulebook.riskDigits - digits);
  if (kind === 'linear') {
    return { ...common, kind, riskUnitsPerTick, priceTicks: positive(reader, 'price', digits) };
  }
  if (kind === 'asset') {
    return {
      ...common,
      kind,
      riskUnitsPerTick,
      priceTicks: positive(reader, 'price', digits),
      shocked: reader.flag('shocked', false),
      haircutPpb: share(reader, 'haircut', 0),
      initialHaircutPpb: share(reader, 'initialHaircut', 0),
    };
  }
  return {
    ...common,
    kind: 'option',
    riskUnitsPerTick,
    strikeTicks: positive(reader, 'strike', digits),
    isCall: reader.text('right') === 'call',
    volatilityPpt: positive(reader, 'volatility', PPT_DIGITS),
  };
}

/** contractSize x 10^digits, which must be a whole number of risk units. */
function unitsOf(reader: FormReader, digits: number): number {
  const size = positive(reader, 'contractSize', SIZE_DIGITS);
  const [factor, divisor] =
    digits >= SIZE_DIGITS ? [10 ** (digits - SIZE_DIGITS), 1] : [1, 10 ** (SIZE_DIGITS - digits)];
  const units = multiplyDivideFloor(size, factor, divisor);
  if (units * divisor !== size * factor || units === 0) {
    refuse(
      reader.file,
      reader.at('contractSize'),
      'times a tick is no whole number of risk units; raise riskDigits of the rulebook, or lower tickDigits of the underlying',
    );
  }
  return units;
}
