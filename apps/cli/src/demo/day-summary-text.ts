import type { Colors } from 'picocolors/types.js';
import type { DayReport } from './day-report.js';

const NAME_WIDTH = 14;
const COLUMNS = 100;

/** The day as a risk officer reads it: at most 100 columns. */
export function daySummaryText(report: DayReport, chart: string | undefined, pc: Colors): string {
  const sections = [
    [pc.bold(report.title)],
    ran(report),
    prices(report),
    ...(chart === undefined ? [] : [[chart]]),
    margin(report),
    shortfalls(report),
    funds(report),
    house(report),
    verification(report, pc),
    next(report, pc),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Whether the log is not in the data directory. */
function isElsewhere({ logUrl }: DayReport): boolean {
  return !logUrl.startsWith('file:');
}

function ran(report: DayReport): string[] {
  const { run, log, accounts, members, prices: listed } = report;
  const kinds = Object.entries(accounts).filter(([, count]) => count > 0);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const perSecond = `${count(run.tradesSent)} sent in ${fixed(run.seconds)} s, ${count(run.tradesPerSecond)}/s`;
  return [
    line('Log time', `${report.from} to ${report.to}`),
    line('Trades', `${count(run.trades)} and ${count(run.liquidationFills)} liquidation fills`),
    line('', run.tradesSent === 0 ? 'all durable before this run' : perSecond),
    ...list(
      'Accounts',
      `${count(total)}: `,
      kinds.map(([kind, n]) => `${count(n)} ${kind}`),
    ),
    line('Members', String(members)),
    ...list(
      'Instruments',
      '',
      listed.map(({ instrument }) => instrument),
    ),
    line(
      'Log',
      `${grouped(log.events)} events in ${count(log.frames)} frames, ` +
        `${fixed(log.bytes / 1e6)} MB, ${fixed(log.bytesPerTrade)} bytes a trade` +
        (isElsewhere(report) ? `; ${log.engine}, ${log.durability}` : ''),
    ),
  ];
}

function prices({ prices: rows }: DayReport): string[] {
  const shown = rows.map(({ instrument, open, low, lowAt, last }) => [
    instrument,
    grouped(open),
    grouped(low),
    lowAt.slice(5, 16).replace('T', ' '),
    grouped(last),
    `${fixed((Number(last) / Number(open) - 1) * 100)} %`,
  ]);
  return table(['Prices', 'open', 'low', 'at', 'close', 'change'], shown);
}

function margin({ margin: m, liquidation: l, currency }: DayReport): string[] {
  const extended = m.callsExtended === 0 ? '' : `, ${count(m.callsExtended)} extended`;
  const notional = Number(l.notional);
  const share = notional === 0 ? 0 : (Number(l.beyondMark) / notional) * 100;
  const rows = l.byInstrument.map(({ instrument, lots, notional: own, beyondMark }) => [
    `  ${instrument}`,
    grouped(lots),
    whole(own),
    whole(beyondMark),
  ]);
  const totals = ['  all', '', whole(l.notional), whole(l.beyondMark)];
  return [
    line('Margin', `${count(m.breaches)} breaches, ${count(m.warnings)} warnings`),
    line(
      'Margin calls',
      `${count(m.callsIssued)} issued to ${count(m.accountsCalled)} accounts: ` +
        `${count(m.callsMet)} met, ${count(m.callsMissed)} missed${extended}`,
    ),
    line(
      'Liquidation',
      `${count(l.accounts)} accounts, ${count(l.recovered)} times back at the target; ` +
        `${count(l.ordersIssued)} orders,`,
    ),
    line(
      '',
      `${count(l.ordersClosed)} closed, ${count(l.ordersUnresolved)} unanswered at their deadline`,
    ),
    ...table(['', 'lots', currency, 'beyond the mark'], [...rows, totals]),
    line('Extra impact', `${fixed(share)} % of the liquidated notional was paid beyond the mark`),
  ];
}

function shortfalls({ shortfalls: s, currency, memberDefaults }: DayReport): string[] {
  const covered = Object.entries(s.covered).map(([payer, amount]) => [`  ${payer}`, cents(amount)]);
  return [
    line('Shortfalls', `${count(s.accounts)} accounts, ${cents(s.amount)} ${currency}, paid by`),
    ...table([], covered),
    ...list('Members', '', [
      ...named('called', memberDefaults.called),
      ...named('late', memberDefaults.late),
      ...named('defaulted', memberDefaults.defaulted),
    ]),
  ];
}

function funds({ funds: rows, currency }: DayReport): string[] {
  const shown = rows.map(({ layer, paidIn, atTheEnd }) => [
    `  ${layer}`,
    cents(paidIn),
    cents(atTheEnd),
  ]);
  return table([`Funds, ${currency}`, 'before', 'after'], shown);
}

function house({ rejections, conservation }: DayReport): string[] {
  const refused = rejections.map(({ reason, name, count: n }) => `${count(n)} x ${reason} ${name}`);
  return [
    ...(refused.length === 0 ? ['none'] : refused).map((text, k) =>
      line(k === 0 ? 'Refused' : '', text),
    ),
    ...conservation.map(({ currency, held, owed, isEqual }, k) =>
      line(
        k === 0 ? 'Cash' : '',
        `${currency}: ${grouped(held)} held ${isEqual ? '=' : '≠'} ${grouped(owed)} owed`,
      ),
    ),
  ];
}

function verification({ verification: v, log }: DayReport, pc: Colors): string[] {
  const how = `${grouped(log.events)} events re-read and re-decided in ${fixed(v.seconds)} s`;
  const text = v.ok
    ? `${pc.green('ok')}: ${how}; every hash, byte and sum agrees`
    : `${pc.red('FAILED')}: ${v.fault ?? ''}`;
  return [
    line('Verified', text),
    line('stateRoot', v.stateRoot),
    line('businessRoot', `${v.businessRoot} (${String(v.recordedRootsCompared)} recorded roots)`),
  ];
}

function next(report: DayReport, pc: Colors): string[] {
  const { dataDir, logUrl, liquidation: l, prices: rows } = report;
  const place = isElsewhere(report) ? logUrl : dataDir;
  const quoted = /[^A-Za-z0-9_./:-]/.test(place) ? `'${place}'` : place;
  const where = `${isElsewhere(report) ? '--log' : '--data-dir'} ${quoted}`;
  const lowAt = rows[0]?.lowAt;
  const commands = [
    `npx novate verify ${where}`,
    ...(lowAt === undefined ? [] : [`npx novate replay ${where} --to ${nextMinute(lowAt)}`]),
    ...(l.largestOrder === null ? [] : [`npx novate explain ${where} ${l.largestOrder}`]),
    `npx novate export ${where} --format jsonl --out events.jsonl`,
  ];
  return [line('The log', `is in ${place}; try`), ...commands.map((one) => `  ${pc.cyan(one)}`)];
}

/** The full minute after a time, without fractions. */
function nextMinute(time: string): string {
  const ms = Math.ceil((Date.parse(time) + 1) / 60_000) * 60_000;
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function line(name: string, text: string): string {
  return `${name.padEnd(NAME_WIDTH)}${text}`;
}

/** `3 late (M18`, `M19`, `M20)`: pieces of one list. */
function named(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [`0 ${what}`];
  const first = `${String(names.length)} ${what} (${names.join(', ')})`;
  return first.split(', ');
}

/** Items with commas between, over as many lines as they need. */
function list(name: string, before: string, items: readonly string[]): string[] {
  const lines: string[] = [];
  let text = before;
  for (const [k, item] of items.entries()) {
    const piece = k === items.length - 1 ? item : `${item}, `;
    if (NAME_WIDTH + text.length + piece.trimEnd().length > COLUMNS) {
      lines.push(text.trimEnd());
      text = '';
    }
    text += piece;
  }
  lines.push(text);
  return lines.map((one, k) => line(k === 0 ? name : '', one));
}

/** First column to the left, the others to the right. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = header.length === 0 ? rows : [header, ...rows];
  const widths = (all[0] ?? []).map((_, k) => Math.max(...all.map((row) => row[k]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, k) =>
        k === 0 ? cell.padEnd(Math.max(20, widths[k]!)) : cell.padStart(widths[k]! + 2),
      )
      .join('')
      .trimEnd(),
  );
}

function count(n: number): string {
  return grouped(String(n));
}

function fixed(x: number): string {
  return grouped(x.toFixed(1));
}

/** Thousands separators for a decimal text, digit by digit: no amount goes through a double. */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const parts = whole.replace(/(?<=\d)(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? parts : `${parts}.${fraction}`;
}

/** An amount without its fraction. */
function whole(amount: string): string {
  return grouped(amount.split('.')[0] ?? '');
}

/** An amount with two digits after the point; what is smaller is cut off. */
function cents(amount: string): string {
  const [integer = '', fraction = ''] = amount.split('.');
  return grouped(`${integer}.${fraction.padEnd(2, '0').slice(0, 2)}`);
}
