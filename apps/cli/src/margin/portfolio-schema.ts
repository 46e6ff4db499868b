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

const confidence = decimal('How sure the price is, 0 to 1; default 1.');
const contractSize = decimal(
  'Units of the underlying in a lot; of an inverse contract, of the quote currency.',
);

const underlying = record(
  {
    name: text('Name.'),
    spot: decimal('Spot price in the margin currency.'),
    tickDigits: whole('Decimal digits of its prices and strikes; default 2.', { maximum: 12 }),
    confidence,
  },
  ['name', 'spot'],
  'What instruments derive from.',
);

const expiry = record(
  {
    name: text('Name.'),
    underlying: text('Name of its underlying.'),
    secondsToExpiry: whole('Time to expiry in seconds.'),
    forward: decimal('Forward price.'),
    fixed: decimal('Part of it that the settlement average has fixed; default by the window.'),
    rate: decimal('Interest rate a year; default 0.'),
    confidence,
  },
  ['name', 'underlying', 'secondsToExpiry', 'forward'],
  'One expiry of one underlying.',
);

const common = { name: text('Name.'), underlying: text('Name of its underlying.'), confidence };
const kind = (value: string) => ({ const: value });

const future = record(
  {
    ...common,
    kind: choice(['linear', 'inverse'], 'Settled in the quote currency, or in coin.'),
    expiry: text('Name of its expiry; none for a perpetual.'),
    price: decimal('Mark price.'),
    contractSize,
  },
  ['name', 'kind', 'underlying', 'price', 'contractSize'],
  'A perpetual or future. Its unsettled profit or loss belongs into `cash`.',
);

const option = record(
  {
    ...common,
    kind: kind('option'),
    expiry: text('Name of its expiry.'),
    strike: decimal('Strike price.'),
    right: choice(['call', 'put'], 'Call or put.'),
    volatility: decimal('Implied volatility a year: 0.6 is 60 %.'),
    contractSize,
  },
  ['name', 'kind', 'underlying', 'expiry', 'strike', 'right', 'volatility', 'contractSize'],
  'A European option, valued with Black-76.',
);

const asset = record(
  {
    ...common,
    kind: kind('asset'),
    price: decimal('Price in the currency that the stablecoin is priced in.'),
    contractSize,
    shocked: flag(
      'Whether it moves with the underlying and stands in the scenarios; default false.',
    ),
    haircut: decimal('Taken off its value; default 0.'),
    initialHaircut: decimal('On top, for the initial level; default 0.'),
  },
  ['name', 'kind', 'underlying', 'price', 'contractSize'],
  'Collateral in kind.',
);

const published = record(
  {
    ...common,
    kind: kind('published'),
    gains: list(
      decimal('Gain of a long lot in the scenario.'),
      'One for each scenario, in its order.',
    ),
    delta: decimal('Delta of a lot in lots; default 1.'),
  },
  ['name', 'kind', 'underlying', 'gains'],
  'A contract whose risk array a clearing house has published.',
);

/** JSON Schema of the portfolio that `novate margin` reads. */
export const portfolioSchema: Schema = documentOf(
  'Portfolio of a margin calculation',
  record(
    {
      market: record(
        {
          stablePrice: decimal('Price of the margin currency where it is a stablecoin; default 1.'),
          underlyings: list(underlying, 'Underlyings.', 1),
          expiries: list(expiry, 'Expiries.'),
          instruments: list(
            {
              type: 'object',
              properties: { kind: {} },
              required: ['kind'],
              discriminator: { propertyName: 'kind' },
              oneOf: [future, option, asset, published],
            },
            'Instruments.',
          ),
        },
        ['underlyings', 'instruments'],
        'Prices, forwards and volatilities of one moment.',
      ),
      cash: decimal('Settled cash and unsettled profit or loss; default 0.'),
      positions: list(
        record(
          {
            instrument: text('Name of an instrument.'),
            lots: decimal('Whole lots; short below 0.'),
          },
          ['instrument', 'lots'],
          'A position.',
        ),
        'What is held.',
      ),
    },
    ['market', 'positions'],
    'Prices and amounts are decimals, in the currency of the rulebook.',
  ),
);
