import type { AccountView, MarginBreakdown } from '#libs/replay';
import { formatTime } from '#libs/events';
import { formatDecimal } from '#libs/units';
import type { StateReport as Report } from './commands/replay.js';
import { exposureParts } from './exposure-text.js';
import { textTable } from './text-table.js';

/** Most accounts that are shown without `--account`. */
const ACCOUNTS_SHOWN = 50;

type Digits = Readonly<Record<string, number>>;

/** Amounts in whole currency units. */
class Money {
  constructor(private readonly digits: Digits) {}

  of(currency: string, amountMinor: number): string {
    return formatDecimal(amountMinor, this.digits[currency] ?? 0);
  }
}

/** The state as a person reads it: tables, amounts in whole units, times in UTC. */
export function stateText(report: Report): string {
  const money = new Money(report.digits);
  const parts = [
    `state after sequence ${report.sequence}, log time ${report.time ?? 'none'}, logic ${report.logicVersion}` +
      (report.businessDate === null ? '\n' : `, business date ${report.businessDate}\n`),
    `state root    ${report.stateRoot}\nbusiness root ${report.businessRoot}\n`,
    ...marketPart(report),
    ...report.accounts
      .slice(0, ACCOUNTS_SHOWN)
      .map((account) => accountText(account, report, money)),
  ];
  const left = report.accounts.length - ACCOUNTS_SHOWN;
  if (left > 0) parts.push(`and ${left} more accounts: use --account or --json\n`);
  const exposures = exposureParts(report.exposures, report.digits);
  return [...parts, ...exposures, ...housePart(report, money)].join('\n');
}

function tickDigitsOf(report: Report, instrument: string): number {
  return report.house.instruments.find((one) => one.instrument === instrument)?.tickDigits ?? 0;
}

function marketPart({ house }: Report): string[] {
  if (house.instruments.length === 0) return [];
  const rows = house.instruments.map((one) => [
    one.instrument,
    one.markTicks === 0 ? 'none' : formatDecimal(one.markTicks, one.tickDigits),
    one.marketState,
    String(one.openInterestLots),
  ]);
  const columns = [
    { title: 'instrument' },
    { title: 'mark', right: true },
    { title: 'market' },
    { title: 'open interest, lots', right: true },
  ];
  return [textTable(columns, rows)];
}

function accountText(account: AccountView, report: Report, money: Money): string {
  const under = account.parent ?? account.member;
  const head =
    `${account.account}  ${account.closed ? 'closed' : account.state}  ` +
    `(${account.kind}, pool ${account.pool}${under === undefined ? '' : `, under ${under}`})\n`;
  const parts = [head];
  if (account.balances.length > 0) {
    const rows = account.balances.map(({ currency, balanceMinor, reservedMinor }) => [
      currency,
      money.of(currency, balanceMinor),
      money.of(currency, reservedMinor),
    ]);
    const columns = [
      { title: 'currency' },
      { title: 'balance', right: true },
      { title: 'reserved', right: true },
    ];
    parts.push(textTable(columns, rows));
  }
  if (account.positions.length > 0) parts.push(positionsText(account, report, money));
  if (account.openOrders.length > 0) parts.push(openOrdersText(account));
  if (account.margin !== undefined) parts.push(`${marginLine(account.margin, money)}\n`);
  return parts.join('');
}

function positionsText({ positions }: AccountView, report: Report, money: Money): string {
  const rows = positions.map((p) => [
    p.instrument,
    String(p.positionLots),
    p.markTicks === 0 ? 'none' : formatDecimal(p.markTicks, tickDigitsOf(report, p.instrument)),
    money.of(p.currency, p.valueMinor),
    money.of(p.currency, p.costMinor),
    money.of(p.currency, p.unrealisedMinor),
    p.currency,
  ]);
  const columns = ['lots', 'mark', 'value', 'cost', 'unrealised'].map((title) => ({
    title,
    right: true,
  }));
  return textTable([{ title: 'position' }, ...columns, { title: '' }], rows);
}

function openOrdersText({ openOrders }: AccountView): string {
  const rows = openOrders.map((o) => [
    o.instrument,
    o.venue,
    String(o.buyLots),
    String(o.sellLots),
    o.cancellation === undefined ? '' : `cancellation ${o.cancellation}`,
  ]);
  const columns = [
    { title: 'open orders' },
    { title: 'venue' },
    { title: 'buy lots', right: true },
    { title: 'sell lots', right: true },
    { title: '' },
  ];
  return textTable(columns, rows);
}

/** Equity, requirements and the level that equity is at, on one line. */
export function marginLine(margin: MarginBreakdown, money: Money): string {
  const of = (amount: number): string => money.of(margin.currency, amount);
  const gate = margin.gated ? '; a market is not open: not judged' : '';
  return (
    `  equity ${of(margin.equityMinor)} ${margin.currency}, maintenance ` +
    `${of(margin.maintenanceMinor)}, initial ${of(margin.initialMinor)}` +
    (margin.orderMarginMinor === 0 ? '' : ` + ${of(margin.orderMarginMinor)} for open orders`) +
    `: ${margin.level}${gate}`
  );
}

function housePart({ house }: Report, money: Money): string[] {
  const right = (title: string) => ({ title, right: true });
  const parts: string[] = [];
  const ledgers = house.ledgers.map((l) => [
    l.currency,
    ...[
      l.nostroMinor,
      l.balancesMinor,
      l.feesMinor,
      l.fundsMinor,
      l.payableMinor,
      l.roundingMinor,
      l.suspenseMinor,
      l.uncoveredMinor,
    ].map((amount) => money.of(l.currency, amount)),
  ]);
  const titles = 'nostro balances fees funds payable rounding suspense uncovered'.split(' ');
  if (ledgers.length > 0) {
    parts.push(`the house\n${textTable([{ title: 'currency' }, ...titles.map(right)], ledgers)}`);
  }
  const pools = house.pools.map((p) => [
    p.pool,
    String(p.rulebookVersion),
    ...[p.liquidationFundMinor, p.ownCapitalMinor, p.uncoveredMinor].map((amount) =>
      money.of(p.currency, amount),
    ),
    p.currency,
  ]);
  if (pools.length > 0) {
    const columns = ['rulebook', 'liquidation fund', 'own capital', 'uncovered'].map(right);
    parts.push(textTable([{ title: 'pool' }, ...columns, { title: '' }], pools));
  }
  if (house.openOrders.length > 0) parts.push(ordersText(house.openOrders));
  if (house.openCalls.length > 0) parts.push(callsText(house.openCalls));
  return parts;
}

function ordersText(orders: Report['house']['openOrders']): string {
  const rows = orders.map((o) => [
    String(o.order),
    o.account,
    o.side,
    `${String(o.filledLots)} of ${String(o.quantityLots)}`,
    o.instrument,
    o.state,
    o.deadlineUs === 0 ? 'passed' : formatTime(o.deadlineUs),
  ]);
  const titles = ['order', 'account', 'side', 'filled lots', 'instrument', 'state', 'deadline'];
  return `liquidation orders in flight\n${textTable(
    titles.map((title) => ({ title })),
    rows,
  )}`;
}

function callsText(calls: Report['house']['openCalls']): string {
  const rows = calls.map((c) => [String(c.sequence), c.account, formatTime(c.deadlineUs)]);
  const titles = ['call', 'account', 'deadline'];
  return `margin calls\n${textTable(
    titles.map((title) => ({ title })),
    rows,
  )}`;
}
