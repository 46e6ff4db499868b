import { neutralParameters } from '#libs/margin';
import {
  choice,
  decimal,
  documentOf,
  flag,
  list,
  record,
  type Schema,
  text,
  whole,
} from './json-forms.js';

/** Groups of parameters that are plain fields; what is left out of a rulebook does nothing. */
export const plainGroups = [
  'volatilityShock',
  'skew',
  'discount',
  'basis',
  'roll',
  'levels',
  'contingency',
  'confidence',
  'peg',
  'minimum',
] as const;

export type PlainGroup = (typeof plainGroups)[number];

/** The name of a parameter in JSON: without its unit, which there is a decimal. */
export function jsonName(field: string): string {
  return field.replace(/(Ppb|Minor)$/, '');
}

const about: Readonly<Record<PlainGroup, string>> = {
  volatilityShock:
    'Volatility shock by time to expiry: 1 +- up or down x (pivot / max(time, floor)) ^ power.',
  skew: 'Skew scenarios: change of volatility min(cap, k x cap / width), k = ln(strike / forward).',
  discount: 'Static discount of an expiry by the sign of its shocked value.',
  basis:
    'Charge per expiry on the worse of two moves of its forward; competes with the scenarios or is added.',
  roll: 'Charge per expiry on its absolute delta.',
  levels: 'Factors of the worst loss; whether the charges stand inside the factor.',
  contingency: 'Of spot x size: perpetuals and futures, naked short options; initial on top.',
  confidence: 'Below the threshold (1 - confidence) x factor x notional is added to initial.',
  peg: 'The initial factor grows by (threshold - stablecoin price) x factor.',
  minimum:
    'The requirement is never below these rates of spot x size, and amount per short option.',
};

function groupSchema(group: PlainGroup): Schema {
  const properties = Object.entries(neutralParameters[group]).map(
    ([field, neutral]: [string, unknown]): [string, Schema] => {
      if (typeof neutral === 'boolean') return [field, flag(`Default ${String(neutral)}.`)];
      if (field.endsWith('Seconds')) return [field, whole(`Seconds; default ${String(neutral)}.`)];
      const unit = field.endsWith('Minor') ? 'Amount in the currency' : 'Decimal, 1 is 100 %';
      const value = field.endsWith('Minor') ? Number(neutral) : Number(neutral) / 1e9;
      return [jsonName(field), decimal(`${unit}; default ${String(value)}.`)];
    },
  );
  return record(Object.fromEntries(properties), [], about[group]);
}

const scenario = record(
  {
    priceShock: decimal('Relative move of spot and forwards: -0.15 is 15 % down.'),
    linearShock: decimal('The move of perpetuals, futures and collateral where it is another one.'),
    volatility: choice(
      ['none', 'up', 'down', 'skew-linear', 'skew-absolute'],
      'What volatility does; a skew may turn either way, so it counts as a loss.',
    ),
    weight: decimal('Share of the profit or loss that counts; default 1.'),
    component: whole('The worst losses of components are added up; default 0.'),
  },
  ['priceShock', 'volatility'],
  'One joint move of the market.',
);

const calendarSpread = record(
  {
    nearExpiry: text('Name of an expiry.'),
    farExpiry: text('Name of another expiry of the same underlying.'),
    charge: decimal('Amount for each lot of delta that is long in one and short in the other.'),
  },
  ['nearExpiry', 'farExpiry', 'charge'],
  'SPAN: charge for months that are taken to offset each other.',
);

const commoditySpread = record(
  {
    legs: list(
      record(
        {
          underlying: text('Name of an underlying.'),
          side: choice(['long', 'short'], 'Sides may be turned, all of them together.'),
          ratio: whole('Lots of delta in one spread.', { minimum: 1, maximum: 1_000_000 }),
        },
        ['underlying', 'side', 'ratio'],
        'One leg.',
      ),
      'Legs of the spread.',
      2,
    ),
    credit: decimal('Share of the price risk of both legs that is given back, at most 0.8.'),
  },
  ['legs', 'credit'],
  'SPAN: credit for opposite positions in underlyings that move together; in order of priority.',
);

/** JSON Schema of the rulebook that `novate margin` reads. */
export const rulebookSchema: Schema = documentOf(
  'Rulebook of a margin calculation',
  record(
    {
      model: choice(['scenario'], 'Margin model.'),
      currency: text('Name of the margin currency.'),
      minorDigits: whole('Decimal digits of its minor unit: 4 means 0.0001.', { maximum: 12 }),
      riskDigits: whole(
        'Decimal digits of the risk unit, to which option values are rounded outward.',
        { maximum: 15 },
      ),
      scenarios: list(scenario, 'The moves that a portfolio has to survive.', 1),
      ...Object.fromEntries(plainGroups.map((group) => [group, groupSchema(group)])),
      offsets: record(
        {
          gains: {
            type: 'object',
            additionalProperties: decimal(
              'Share of the gain that counts against losses of others.',
            ),
            description: 'By underlying; one that is not named offsets nothing.',
          },
          reductionLimit: decimal(
            'Share of the reduction against the sum of single underlyings that is given, at most 0.8; default 0.',
          ),
        },
        [],
        'Offsets between underlyings, all taken to move together.',
      ),
      calendarSpreads: list(calendarSpread, 'In this order.'),
      commoditySpreads: list(commoditySpread, 'In this order.'),
      settlementAverageSeconds: whole(
        'Window before expiry in which the settlement price becomes fixed; default 0.',
      ),
    },
    ['model', 'currency', 'minorDigits', 'riskDigits', 'scenarios'],
    'What is left out does nothing. Rates, factors and moves are decimals: 0.15 is 15 %.',
  ),
);
