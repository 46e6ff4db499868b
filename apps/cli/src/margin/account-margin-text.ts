import type { BreachView, MovePoint, WorstPlace } from '#libs/replay';
import { formatDecimal } from '#libs/units';
import { textTable } from '../text-table.js';
import type { AccountMarginReport, OrderAnswer } from './account-question.js';

/** How far an account is from a breach, as a person reads it. */
export function accountMarginText(report: AccountMarginReport): string {
  const { moves, account, margin } = report;
  const money = moneyOf(report);
  const judgedWith = moves.unit === account ? '' : ` (judged with ${moves.unit})`;
  const parts = [
    `margin of ${account}${judgedWith} at sequence ${report.sequence}, ${report.time ?? 'no time'}: ` +
      `${report.state}, ${margin.level}\n` +
      `  rulebook ${moves.rulebookVersion} of pool ${moves.pool}, model ${moves.model}` +
      `${moves.epoch === undefined ? '' : `, valuation epoch ${moves.epoch}`}, ${moves.currency}\n` +
      `  equity ${money(moves.now.equityMinor)}, maintenance ${money(moves.now.maintenanceMinor)}, ` +
      `initial ${money(moves.now.initialMinor)}, open orders ${money(moves.now.orderMarginMinor)}\n` +
      `  ${beside(moves.cushionMinor, money)} maintenance${worstText(report, moves.now)}\n` +
      (moves.gated ? '  a market is not open: it is not judged\n' : ''),
    `when all prices move together\n${breachText(report, 'down')}${breachText(report, 'up')}`,
    curveText(report, money),
  ];
  if (report.order !== undefined) parts.push(orderText(report.order, report, money));
  return parts.join('\n');
}

/** Digits of a per cent in parts per billion. */
const PPB_PERCENT_DIGITS = 7;

type Money = (amountMinor: number) => string;

const moneyOf =
  ({ digits }: AccountMarginReport): Money =>
  (amountMinor) =>
    formatDecimal(amountMinor, digits);

/** An amount above a level, or below it. */
function beside(amountMinor: number, money: Money): string {
  return amountMinor < 0 ? `${money(0 - amountMinor)} below` : `${money(amountMinor)} above`;
}

/** A share as per cent: of parts per million, or of so many digits more. */
function percent(share: number, digits = 4): string {
  return `${share > 0 ? '+' : ''}${formatDecimal(share, digits).replace(/\.?0+$/, '')} %`;
}

function priceText({ tickDigits }: AccountMarginReport, instrument: string, ticks: number): string {
  return formatDecimal(ticks, tickDigits[instrument] ?? 0);
}

function breachText(report: AccountMarginReport, direction: 'down' | 'up'): string {
  const { moves } = report;
  const found: BreachView | null = moves[direction];
  if (found === null) {
    const most = direction === 'down' ? -moves.searched.downPpm : moves.searched.upPpm;
    return moves.cushionMinor < 0 ? '' : `  ${direction}: no breach as far as ${percent(most)}\n`;
  }
  const money = moneyOf(report);
  const marks = found.marks
    .map(
      ({ instrument, priceTicks }) => `${instrument} ${priceText(report, instrument, priceTicks)}`,
    )
    .join(', ');
  return (
    `  ${direction}: breach at ${percent(found.shockPpm)}: ${marks}\n` +
    `      equity ${money(found.equityMinor)}, maintenance ${money(found.maintenanceMinor)}` +
    `${worstText(report, found)}; at ${percent(found.before.shockPpm)} none\n`
  );
}

function worstText(report: AccountMarginReport, { worstScenario }: MovePoint): string {
  if (worstScenario === null) return '';
  return `; worst: ${worstScenario.map((place) => scenarioText(report, place)).join(' and ')}`;
}

function scenarioText({ moves }: AccountMarginReport, place: WorstPlace): string {
  if (place === 'basis') return 'moves of one expiry against another (basis)';
  const scenario = place === 'none' ? undefined : moves.scenarios?.[place];
  if (scenario === undefined) return 'no scenario loses anything';
  const price = percent(scenario.priceShockPpb, PPB_PERCENT_DIGITS);
  return `scenario ${place}, price ${price}, volatility ${scenario.volatility}`;
}

function curveText({ moves }: AccountMarginReport, money: Money): string {
  const titles = ['equity', 'maintenance', 'initial'];
  return textTable(
    [
      { title: 'move', right: true },
      ...titles.map((title) => ({ title, right: true })),
      { title: '' },
    ],
    moves.curve.map(({ shockPpm, equityMinor, maintenanceMinor, initialMinor }) => [
      percent(shockPpm),
      money(equityMinor),
      money(maintenanceMinor),
      money(initialMinor),
      equityMinor < maintenanceMinor ? 'breach' : '',
    ]),
  );
}

function orderText(order: OrderAnswer, report: AccountMarginReport, money: Money): string {
  const price = priceText(report, order.instrument, order.priceTicks);
  const { margin } = order;
  return (
    `after an order: ${order.side} ${order.quantityLots} lots of ${order.instrument} at ${price}\n` +
    `  equity ${money(margin.equityMinor)}, maintenance ${money(margin.maintenanceMinor)}, initial ` +
    `${money(margin.initialMinor)}: ${order.fits ? 'it fits' : 'it does not fit'}, ` +
    `${beside(order.excessMinor, money)} the initial requirement and open orders\n` +
    `  the largest that fits: ${order.largestLots} lots\n`
  );
}
