import {
  choice,
  decimal,
  documentOf,
  list,
  record,
  type Schema,
  text,
  whole,
} from './json-forms.js';

const leg = record(
  {
    instrument: text('Name of the instrument.'),
    lots: decimal('Net lots; short below 0.'),
    component: whole('Component of the scenarios whose worst loss it is part of.'),
    amount: decimal('What it adds to the requirement; below 0 it takes off.'),
  },
  ['instrument', 'lots', 'component', 'amount'],
  "A leg's share.",
);

const charge = record(
  {
    name: text('Name of the charge or credit, as in docs/margin.md.'),
    amount: decimal('What it adds to the requirement; a credit is below 0.'),
  },
  ['name', 'amount'],
  "A charge's share.",
);

const level = (name: string): Schema =>
  record(
    {
      requirement: decimal('The requirement.'),
      excess: decimal('Equity less requirement; a deficit is below 0.'),
      factor: decimal('Factor of the worst loss, with what the stablecoin adds.'),
      legs: list(leg, 'Shares of the legs; with the charges they add up to the requirement.'),
      charges: list(charge, 'Charges that are not 0.'),
    },
    ['requirement', 'excess', 'factor', 'legs', 'charges'],
    `The ${name} level.`,
  );

const scenario = record(
  {
    priceShock: decimal('Relative move of spot and forwards.'),
    volatility: choice(
      ['none', 'up', 'down', 'skew-linear', 'skew-absolute'],
      'What volatility does.',
    ),
    weight: decimal('Share of the profit or loss that counts.'),
    component: whole('Component of the scenario.'),
    gain: decimal('Profit or loss of the whole portfolio, after the offset rule.'),
  },
  ['priceShock', 'volatility', 'weight', 'component', 'gain'],
  'A scenario and what it does to the portfolio.',
);

const underlying = record(
  {
    name: text('Name.'),
    gains: list(decimal('Profit or loss in the scenario.'), 'In the order of `scenarios`.'),
    basis: decimal('Charge for moves of one expiry against another.'),
    roll: decimal('Charge on the deltas of expiries.'),
  },
  ['name', 'gains', 'basis', 'roll'],
  'One underlying alone.',
);

const places = list(
  { oneOf: [{ type: 'integer', minimum: 0 }, { const: 'basis' }, { type: 'null' }] },
  'By component: the worst scenario there.',
);
const move = {
  move: decimal('Joint move of all prices: -0.05 is 5 % down.'),
  equity: decimal('Equity after it.'),
  maintenance: decimal('Maintenance requirement after it.'),
  initial: decimal('Initial requirement after it.'),
  worstScenarios: places,
};
const moveNames = ['move', 'equity', 'maintenance', 'initial', 'worstScenarios'];
const moved = record(move, moveNames, 'Figures after a joint move.');
const breach: Schema = {
  oneOf: [
    { type: 'null' },
    record(
      {
        ...move,
        deficit: decimal('Maintenance less equity.'),
        spots: list(
          record(
            { underlying: text('Name.'), spot: decimal('Its price.') },
            ['underlying', 'spot'],
            'The liquidation price of an underlying.',
          ),
          'Prices after the move.',
        ),
        before: moved,
      },
      [...moveNames, 'deficit', 'spots', 'before'],
      'The first move that is a breach; one step before is none.',
    ),
  ],
};

/** JSON Schema of what `novate margin --json` prints. */
export const reportSchema: Schema = documentOf(
  'A margin calculation, explained',
  record(
    {
      model: choice(['scenario'], 'Margin model.'),
      currency: text('The margin currency, in which all amounts are.'),
      cash: decimal('Settled cash and unsettled profit or loss.'),
      markToMarket: decimal('Options and collateral at their present value.'),
      equity: decimal('Cash plus mark to market.'),
      initial: level('initial'),
      maintenance: level('maintenance'),
      worstScenarios: list(
        { oneOf: [{ type: 'integer', minimum: 0 }, { const: 'basis' }, { type: 'null' }] },
        'By component: a place in `scenarios`, the basis charge, or null where nothing is lost.',
      ),
      scenarios: list(scenario, 'The scenario vector.'),
      underlyings: list(underlying, 'Underlyings in the order of the portfolio.'),
      offsets: record(
        {
          separateLoss: decimal('Sum of the worst losses of the underlyings alone.'),
          jointLoss: decimal('Worst loss of all together.'),
          limit: decimal('What the limit on offsets puts on top of the joint loss.'),
        },
        ['separateLoss', 'jointLoss', 'limit'],
        'Offsets between underlyings.',
      ),
      moves: record(
        {
          cushion: decimal('Equity less maintenance.'),
          down: breach,
          up: breach,
          curve: list(moved, 'From 30 % down to 30 % up.'),
        },
        ['cushion', 'down', 'up', 'curve'],
        'With --moves: how far from a breach when all prices move together.',
      ),
    },
    [
      'model',
      'currency',
      'cash',
      'markToMarket',
      'equity',
      'initial',
      'maintenance',
      'worstScenarios',
      'scenarios',
      'underlyings',
      'offsets',
    ],
    'Amounts, rates and lots are decimals.',
  ),
);
