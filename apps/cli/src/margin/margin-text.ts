import { textTable } from '../text-table.js';
import type { LevelReport, MarginReport } from './margin-report.js';

/** The report as a person reads it: the answer first, then what it is made of. */
export function marginText(report: MarginReport): string {
  const { currency, initial, maintenance } = report;
  return [
    textTable(
      [
        { title: currency },
        { title: 'requirement', right: true },
        { title: 'excess', right: true },
      ],
      [
        ['initial', initial.requirement, initial.excess],
        ['maintenance', maintenance.requirement, maintenance.excess],
      ],
    ),
    `\nEquity ${report.equity} = cash ${report.cash} + options and collateral ${report.markToMarket}\n`,
    `Worst: ${report.worstScenarios.map((worst) => worstText(report, worst)).join('; ')}\n`,
    report.underlyings.length > 1
      ? `Offsets: single underlyings lose ${report.offsets.separateLoss}, together ` +
        `${report.offsets.jointLoss}, limit on offsets ${report.offsets.limit}\n`
      : '',
    `\nMaintenance, x ${maintenance.factor}\n`,
    sharesText(maintenance),
    `\nInitial, x ${initial.factor}\n`,
    sharesText(initial),
    '\nScenarios\n',
    scenarioTable(report),
    movesText(report),
  ].join('');
}

function worstText(report: MarginReport, worst: number | 'basis' | null): string {
  if (worst === null) return 'no scenario loses anything';
  if (worst === 'basis') return 'moves of one expiry against another (basis)';
  const scenario = report.scenarios[worst];
  if (scenario === undefined) return '';
  return `scenario ${worst}, price ${percent(scenario.priceShock)}, volatility ${scenario.volatility}, gain ${scenario.gain}`;
}

function movesText(report: MarginReport): string {
  const { moves } = report;
  if (moves === undefined) return '';
  const line = (direction: 'down' | 'up'): string => {
    const found = moves[direction];
    if (found === null) return `  ${direction}: none\n`;
    const spots = found.spots.map(({ underlying, spot }) => `${underlying} ${spot}`).join(', ');
    const worst = found.worstScenarios.map((place) => worstName(report, place)).join('; ');
    return (
      `  ${direction}: at ${percent(found.move)}: ${spots}; equity ${found.equity}, maintenance ` +
      `${found.maintenance}; worst: ${worst}\n`
    );
  };
  const columns = ['equity', 'maintenance', 'initial'].map((title) => ({ title, right: true }));
  return [
    `\nBreach when all prices move together; equity less maintenance is ${moves.cushion} now\n`,
    line('down'),
    line('up'),
    textTable(
      [{ title: 'move', right: true }, ...columns],
      moves.curve.map((own) => [percent(own.move), own.equity, own.maintenance, own.initial]),
    ),
  ].join('');
}

/** A scenario without its gain, which is that of the present prices. */
function worstName({ scenarios }: MarginReport, worst: number | 'basis' | null): string {
  if (worst === null) return 'no scenario loses anything';
  const scenario = worst === 'basis' ? undefined : scenarios[worst];
  if (scenario === undefined) return 'moves of one expiry against another (basis)';
  return `scenario ${String(worst)}, price ${percent(scenario.priceShock)}, volatility ${scenario.volatility}`;
}

function percent(fraction: string): string {
  return `${String(Number((Number(fraction) * 100).toFixed(6)))} %`;
}

function sharesText({ legs, charges, requirement }: LevelReport): string {
  const rows = [
    ...legs.map(({ instrument, lots, amount }) => [instrument, lots, amount]),
    ...charges.map(({ name, amount }) => [name, '', amount]),
    ['sum', '', requirement],
  ];
  return textTable(
    [{ title: 'share of' }, { title: 'lots', right: true }, { title: 'amount', right: true }],
    rows,
  );
}

function scenarioTable({ scenarios, worstScenarios }: MarginReport): string {
  return textTable(
    [
      { title: '', right: true },
      { title: 'price', right: true },
      { title: 'volatility' },
      { title: 'weight', right: true },
      { title: 'gain', right: true },
      { title: '' },
    ],
    scenarios.map(({ priceShock, volatility, weight, gain }, s) => [
      String(s),
      percent(priceShock),
      volatility,
      weight,
      gain,
      worstScenarios.includes(s) ? 'worst' : '',
    ]),
  );
}
