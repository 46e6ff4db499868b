import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { marginReport } from './margin-report.js';
import { marginText } from './margin-text.js';
import { reportSchema } from './report-schema.js';

const example = (name: string) => {
  const file = `examples/margin/${name}.json`;
  return { file, content: readFileSync(file, 'utf8') };
};
const rulebook = example('rulebook');
const portfolio = example('portfolio');

/** The example with one thing changed; the change must have happened. */
function changed(of: typeof rulebook, from: string | RegExp, to: string) {
  const content = of.content.replace(from, to);
  expect(content).not.toBe(of.content);
  return { ...of, content };
}

/** A decimal as whole units of 10^-4. */
const units = (amount: string) => Math.round(Number(amount) * 1e4);

describe('the margin calculation of the examples', () => {
  const report = marginReport(rulebook, portfolio);

  it('has shares that add up to each requirement', () => {
    for (const level of [report.initial, report.maintenance]) {
      const shares = [...level.legs, ...level.charges].map(({ amount }) => units(amount));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(units(level.requirement));
      expect(units(report.equity) - units(level.requirement)).toBe(units(level.excess));
    }
  });

  it('names as worst the scenario with the largest loss', () => {
    const gains = report.scenarios.map(({ gain }) => Number(gain));
    expect(report.worstScenarios).toEqual([gains.indexOf(Math.min(...gains))]);
    expect(units(report.offsets.jointLoss)).toBe(-units(String(Math.min(...gains))));
  });

  it('is printed with the sum of the shares', () => {
    const text = marginText(report);
    expect(text).toContain(`sum                           ${report.maintenance.requirement}`);
    expect(text).toContain('Worst: scenario 2, price -18 %, volatility down');
  });

  it('needs less when what loses in the worst scenario is sold', () => {
    const fewer = changed(portfolio, '"lots": "300"', '"lots": "100"');
    const { maintenance } = marginReport(rulebook, fewer);
    expect(Number(maintenance.requirement)).toBeLessThan(Number(report.maintenance.requirement));
  });
});

describe('a form that is wrong is refused with file, field and rule', () => {
  const refused: readonly [string, string | RegExp, string, string][] = [
    ['rulebook', '"model": "scenario"', '"model": "linear"', 'model is "linear"; it must be equal'],
    ['rulebook', '"minorDigits": 4,', '', 'minorDigits is missing; add it'],
    ['rulebook', '"weight": "0.109"', '"weight": 0.109', 'scenarios[28].weight is 0.109; it must'],
    ['rulebook', '"weight": "0.109"', '"weight": "11"', 'scenarios[28].weight is 11000000000'],
    ['rulebook', '"weight": "0.109"', '"wait": "0.109"', 'scenarios[28].wait is not known'],
    [
      'rulebook',
      '"reductionLimit": "0.8"',
      '"reductionLimit": "0.9"',
      'offsets.reductionLimit is 900000000',
    ],
    ['rulebook', '"maintenance": "0.8"', '"maintenance": "1.8"', 'levels.initial is 1000000000'],
    [
      'rulebook',
      '"riskDigits": 8',
      '"riskDigits": 3',
      'riskDigits is 3; it must be minorDigits (4)',
    ],
    ['rulebook', '"ETH": "0.6"', '"SOL": "0.6"', 'offsets.gains.SOL is of no underlying'],
    ['rulebook', '"up": "0.5"', '"up": "0.12345678901"', 'has more than 9 digits'],
    ['portfolio', '"lots": "-100"', '"lots": "-100.5"', 'positions[0].lots is "-100.5" has more'],
    ['portfolio', '"strike": "100000"', '"strike": "0"', 'instruments[1].strike is not above 0'],
    [
      'portfolio',
      '"name": "BTC-PERP"',
      '"name": "ETH"',
      'instruments[4].name is "ETH", which is taken',
    ],
    [
      'portfolio',
      '"instrument": "BTC-PERP"',
      '"instrument": "X"',
      'positions[2].instrument is "X", no',
    ],
    [
      'portfolio',
      '"contractSize": "0.001"',
      '"contractSize": "0.0000001"',
      'no whole number of risk',
    ],
    [
      'portfolio',
      '"haircut": "0.05"',
      '"haircut": "1.05"',
      'instruments[4].haircut must be 0 to 1',
    ],
    ['portfolio', '"volatility": "0.4538"', '"volatility": "0"', 'volatility is not above 0'],
    ['portfolio', '"kind": "linear"', '"kind": "swap"', 'instruments[0]'],
    ['portfolio', '"cash": "20000"', '"cash": "9007199254740"', 'beyond 2^53'],
    ['portfolio', /^\{/, '[', 'it must be JSON'],
  ];
  it.each(refused)('%s: %s as %s', (which, from, to, message) => {
    const [r, p] =
      which === 'rulebook'
        ? [changed(rulebook, from, to), portfolio]
        : [rulebook, changed(portfolio, from, to)];
    expect(() => marginReport(r, p)).toThrow(message);
    expect(() => marginReport(r, p)).toThrow(new RegExp(`^examples/margin/${which}.json: `));
  });
});

it('prints what its schema says, and no more', () => {
  const validate = new Ajv2020({ strict: true }).compile(reportSchema);
  for (const prefix of ['', 'span-']) {
    const report = marginReport(example(`${prefix}rulebook`), example(`${prefix}portfolio`));
    expect(validate(report) || validate.errors).toBe(true);
    expect(validate({ ...report, more: 1 })).toBe(false);
  }
});

it('reads every kind of contract and every rule', () => {
  const report = marginReport(example('span-rulebook'), example('span-portfolio'));
  const charges = Object.fromEntries(report.initial.charges.map((one) => [one.name, one.amount]));
  // Two corn months spread at 50 a lot; corn against soybeans, 2 to 1, gives 55 % back.
  expect(charges['calendarSpread']).toBe('50');
  expect(Number(charges['commodityCredit'])).toBeLessThan(0);
  expect(report.underlyings.map(({ name }) => name)).toEqual(['CORN', 'SOYBEANS', 'COIN', 'INDEX']);
});
