import {
  BILLION,
  type CalendarSpread,
  type CommoditySpread,
  neutralParameters,
  parameterProblem,
  type Scenario,
  type ScenarioParameters,
  type VolatilityShock,
} from '#libs/margin';
import { checkedForm, FormReader, refuse } from './checked-form.js';
import { jsonName, type PlainGroup, plainGroups, rulebookSchema } from './rulebook-schema.js';

const PPB_DIGITS = 9;

/** What a rulebook says before the market's names are known. */
export interface RulebookForm {
  readonly currency: string;
  readonly minorDigits: number;
  readonly riskDigits: number;
  readonly settlementAverageSeconds: number;
  readonly reader: FormReader;
}

export interface MarketNames {
  readonly underlyings: readonly string[];
  readonly expiries: readonly string[];
  readonly expiryUnderlyings: readonly number[];
}

export function readRulebookForm(file: string, content: string): RulebookForm {
  const reader = new FormReader(file, '', checkedForm(file, content, rulebookSchema));
  const minorDigits = reader.whole('minorDigits');
  const riskDigits = reader.whole('riskDigits');
  if (riskDigits < minorDigits || riskDigits > minorDigits + 12) {
    refuse(
      file,
      'riskDigits',
      `is ${riskDigits}; it must be minorDigits (${minorDigits}) to 12 more: the risk unit divides the minor unit`,
    );
  }
  return {
    currency: reader.text('currency'),
    minorDigits,
    riskDigits,
    settlementAverageSeconds: reader.whole('settlementAverageSeconds'),
    reader,
  };
}

/** The parameters, with names turned into places. @throws CommandFailure for a value outside its rule */
export function readParameters(form: RulebookForm, names: MarketNames): ScenarioParameters {
  const { reader, minorDigits } = form;
  const groups = Object.fromEntries(
    plainGroups.map((group) => [group, readGroup(reader.group(group), group, minorDigits)]),
  ) as Pick<ScenarioParameters, PlainGroup>;
  const offsets = reader.group('offsets');
  const gains = offsets.group('gains');
  for (const name of gains.names()) {
    if (!names.underlyings.includes(name)) {
      refuse(reader.file, gains.at(name), `is of no underlying of the portfolio; leave it out`);
    }
  }
  const parameters: ScenarioParameters = {
    ...groups,
    riskUnitsPerMinor: 10 ** (form.riskDigits - minorDigits),
    scenarios: reader.list('scenarios').map(readScenario),
    offsets: {
      gainPpb: names.underlyings.map((name) => gains.decimal(name, PPB_DIGITS)),
      reductionLimitPpb: offsets.decimal('reductionLimit', PPB_DIGITS),
    },
    calendarSpreads: reader
      .list('calendarSpreads')
      .map((spread) => readCalendar(spread, names, minorDigits)),
    commoditySpreads: reader.list('commoditySpreads').map((spread) => readCommodity(spread, names)),
    settlementAverageSeconds: form.settlementAverageSeconds,
  };
  const problem = parameterProblem(parameters);
  if (problem !== undefined) {
    const field = problem.field.replace(/Ppb(?=$|\[)/, '');
    refuse(
      reader.file,
      field,
      `is ${problem.value} (ppb where it is a decimal); ${problem.rule}; ${problem.remedy}`,
    );
  }
  return parameters;
}

function readGroup(reader: FormReader, group: PlainGroup, minorDigits: number): object {
  const fields = Object.entries(neutralParameters[group]).map(
    ([field, neutral]: [string, unknown]): [string, number | boolean] => {
      if (typeof neutral === 'boolean') return [field, reader.flag(field, neutral)];
      const otherwise = Number(neutral);
      if (field.endsWith('Seconds')) return [field, reader.whole(field, otherwise)];
      const digits = field.endsWith('Minor') ? minorDigits : PPB_DIGITS;
      return [field, reader.decimal(jsonName(field), digits, otherwise)];
    },
  );
  return Object.fromEntries(fields);
}

function readScenario(reader: FormReader): Scenario {
  const linear = reader.has('linearShock')
    ? { linearShockPpb: reader.decimal('linearShock', PPB_DIGITS) }
    : {};
  return {
    priceShockPpb: reader.decimal('priceShock', PPB_DIGITS),
    ...linear,
    volatility: reader.text('volatility') as VolatilityShock,
    weightPpb: reader.decimal('weight', PPB_DIGITS, BILLION),
    component: reader.whole('component'),
  };
}

function readCalendar(reader: FormReader, names: MarketNames, minorDigits: number): CalendarSpread {
  const nearExpiry = reader.placeOf('nearExpiry', names.expiries, 'expiry of the portfolio');
  const farExpiry = reader.placeOf('farExpiry', names.expiries, 'expiry of the portfolio');
  const underlying = names.expiryUnderlyings[nearExpiry] ?? 0;
  if (names.expiryUnderlyings[farExpiry] !== underlying || nearExpiry === farExpiry) {
    refuse(reader.file, reader.at('farExpiry'), 'must be another expiry of the same underlying');
  }
  const chargeMinor = reader.decimal('charge', minorDigits);
  return { underlying, nearExpiry, farExpiry, chargeMinor };
}

function readCommodity(reader: FormReader, names: MarketNames): CommoditySpread {
  return {
    legs: reader.list('legs').map((leg) => ({
      underlying: leg.placeOf('underlying', names.underlyings, 'underlying of the portfolio'),
      side: leg.text('side') === 'long' ? 1 : -1,
      ratio: leg.whole('ratio'),
    })),
    creditPpb: reader.decimal('credit', PPB_DIGITS),
  };
}
