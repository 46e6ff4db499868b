import { formatDecimal } from '#libs/units';
import {
  type ExplanationJson,
  type MarginJson,
  percentText,
  type StepJson,
} from './explanation-json.js';
import { textTable } from './text-table.js';

/** Most steps of what followed that are shown; JSON has up to 200. */
const FOLLOWED_SHOWN = 40;

/** An explanation as a person reads it. */
export function explanationText(report: ExplanationJson): string {
  const parts = [
    `#${report.sequence} ${report.type}  ${report.time}  frame ${report.frame}, logic ${report.logicVersion}\n` +
      `  ${report.sentence}\n`,
    `why\n${report.chain.map((step) => stepLine(step, step.because)).join('')}`,
  ];
  if (report.refused !== null)
    parts.push(`what was refused\n  ${JSON.stringify(report.refused)}\n`);
  if (report.margin !== null) parts.push(marginText(report.margin));
  if (report.ladder !== null) {
    parts.push(`the ladder\n${report.ladder.map(({ sentence }) => `  ${sentence}\n`).join('')}`);
  }
  if (report.effects.length > 0) {
    const rows = report.effects.map(({ subject, before, after }) => [subject, before, after]);
    const columns = [
      { title: '' },
      { title: 'before', right: true },
      { title: 'after', right: true },
    ];
    parts.push(`what it changed\n${textTable(columns, rows)}`);
  }
  if (report.aftermath.length > 0) {
    const shown = report.aftermath.slice(0, FOLLOWED_SHOWN);
    const left = report.aftermathCount - shown.length;
    const more = left > 0 ? `  and ${left} more\n` : '';
    parts.push(`what followed\n${shown.map((step) => stepLine(step)).join('')}${more}`);
  }
  return parts.join('\n');
}

function stepLine(step: StepJson, because?: string): string {
  const role =
    because === undefined || because === 'the event' ? '' : ` [${because} of #${step.ledTo ?? 0}]`;
  return `  #${step.sequence} ${step.time} ${step.type}${role}\n      ${step.sentence}\n`;
}

function marginText(margin: MarginJson): string {
  const digits = (currency: string): number => margin.digits[currency] ?? 0;
  const money = (amount: number, currency = margin.currency): string =>
    formatDecimal(amount, digits(currency));
  const about = margin.hypothesis === undefined ? '' : ` (${margin.hypothesis})`;
  const head =
    `margin of ${margin.account}${about}: rulebook ${margin.rulebookVersion} of pool ${margin.pool}, ` +
    `model ${margin.model}, ${margin.currency}\n` +
    `  equity ${money(margin.equityMinor)}, maintenance ${money(margin.maintenanceMinor)}, initial ` +
    `${money(margin.initialMinor)}, warning ${money(margin.warningMinor)}, target ` +
    `${money(margin.targetMinor)}\n`;
  const missed =
    margin.missingMinor > 0
      ? `  ${money(margin.missingMinor)} ${margin.currency} short of the level: ${margin.missedLevel}\n`
      : '';
  const parts = [
    head + missed,
    equityTable(margin, money),
    positionTable(margin, money),
    chargeTable(margin, money),
    scenarioTable(margin, money),
  ];
  if (margin.plan.length > 0) {
    const lines = margin.plan.map(({ sentence }) => `  ${sentence}\n`).join('');
    parts.push(`the liquidation plan from here, to the target\n${lines}`);
  }
  if (margin.rejected.length > 0) {
    const lines = margin.rejected.map(({ sentence }) => `  ${sentence}\n`).join('');
    parts.push(`what else the plan considered\n${lines}`);
  }
  if (margin.cures.length > 0) {
    const lines = margin.cures.map(({ sentence }) => `  ${sentence}\n`).join('');
    parts.push(`what alone would have cured it\n${lines}`);
  }
  return parts.filter((part) => part !== '').join('\n');
}

type Money = (amount: number, currency?: string) => string;

function equityTable(margin: MarginJson, money: Money): string {
  const rows = margin.currencies.map((share) => [
    share.currency,
    money(share.cashMinor, share.currency),
    money(share.positionsMinor, share.currency),
    money(share.netMinor, share.currency),
    formatDecimal(share.priceMicros, 6),
    percentText(share.haircutPpm),
    money(share.countedMinor),
  ]);
  const titles = ['cash', 'positions', 'net', 'price', 'haircut', 'counted'];
  const columns = titles.map((title) => ({ title, right: true }));
  return textTable([{ title: 'equity by currency' }, ...columns], rows);
}

/** What is charged beside the positions, under the model `scenario`. */
function chargeTable({ charges }: MarginJson, money: Money): string {
  if (charges.length === 0) return '';
  const rows = charges.map((own) => [
    own.name,
    money(own.maintenanceMinor),
    money(own.initialMinor),
  ]);
  const columns = ['maintenance', 'initial'].map((title) => ({ title, right: true }));
  return textTable([{ title: 'charge' }, ...columns], rows);
}

/** Every scenario with what the portfolio gains in it, the worst one marked. */
function scenarioTable({ scenarioVector, worstScenario }: MarginJson, money: Money): string {
  if (scenarioVector === null) return '';
  const rows = scenarioVector.map((scenario, place) => [
    `${formatDecimal(scenario.priceShockPpb, 7)} %`,
    scenario.volatility,
    money(scenario.gainMinor),
    worstScenario?.includes(place) === true ? 'worst' : '',
  ]);
  return textTable(
    [
      { title: 'price', right: true },
      { title: 'volatility' },
      { title: 'gain', right: true },
      { title: '' },
    ],
    rows,
  );
}

function positionTable(margin: MarginJson, money: Money): string {
  if (margin.positions.length === 0) return '';
  const rows = margin.positions.map((share, k) => [
    `${share.account} ${share.instrument}`,
    String(share.positionLots),
    margin.marks[k]?.mark ?? '',
    money(share.valueMinor, share.currency),
    money(share.costMinor, share.currency),
    money(share.unrealisedMinor, share.currency),
    money(share.maintenanceMinor),
    money(share.initialMinor),
    share.rule ??
      share.tiers
        .map(
          ({ sizeLots, maintenancePpm, initialPpm }) =>
            `${sizeLots} at ${percentText(maintenancePpm)} / ${percentText(initialPpm)}`,
        )
        .concat(share.charges ?? [])
        .join(', '),
  ]);
  const titles = ['lots', 'mark', 'value', 'cost', 'unrealised', 'maintenance', 'initial'];
  const columns = titles.map((title) => ({ title, right: true }));
  return textTable([{ title: 'position' }, ...columns, { title: 'lots at rate' }], rows);
}
