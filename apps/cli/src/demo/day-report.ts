import { L, M, POOL, rejections } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import { formatTime } from '#libs/events';
import { formatDecimal } from '#libs/units';
import type { ChosenLog } from '../log-access.js';
import type { DayAudit } from './day-audit.js';
import { LAYERS, PAYERS } from './default-figures.js';
import type { DayFigures } from './day-figures.js';
import type { DayNumbers } from './day-parameters.js';

/** Figures of the run itself, which no log tells. */
export interface RunFigures {
  readonly title: string;
  readonly directory: string;
  readonly log: ChosenLog;
  readonly numbers: DayNumbers;
  readonly logBytes: number;
  /** Seconds of wall time from the first input to the last durable one. */
  readonly runSeconds: number;
  readonly verifySeconds: number;
  /** Trades that this run sent; fewer than all when it went on from an earlier one. */
  readonly tradesSent: number;
}

const ACCOUNT_KINDS = [
  'direct',
  'house',
  'omnibus-net',
  'omnibus-gross',
  'gross-client',
  'individual',
] as const;

/** The day as one document; amounts and sequences are decimal strings. Printed with `--json`. */
export function dayReport(figures: DayFigures, audit: DayAudit, run: RunFigures) {
  const { defaults, book } = figures;
  const { state } = audit;
  const money = referenceMoney(state);
  return {
    title: run.title,
    dataDir: run.directory,
    logUrl: run.log.location.display,
    ...run.numbers,
    from: formatTime(figures.firstTimeUs),
    to: formatTime(figures.lastTimeUs),
    currency: book.currencies[0]?.name ?? '',
    run: runSection(figures, run),
    log: { ...logSection(figures, run), engine: audit.engine, durability: audit.durability },
    members: figures.members,
    accounts: accountsByKind(figures),
    prices: prices(figures),
    margin: {
      warnings: defaults.warnings,
      breaches: defaults.breaches,
      callsIssued: defaults.callsIssued,
      callsMet: defaults.callsMet,
      callsMissed: defaults.callsMissed,
      callsExtended: defaults.callsExtended,
      accountsCalled: defaults.called.size,
    },
    liquidation: liquidation(figures, money),
    shortfalls: {
      accounts: defaults.defaults,
      amount: money(defaults.shortfallMinor),
      covered: Object.fromEntries(
        PAYERS.map((payer, k) => [payer, money(defaults.coveredMinor[k]!)]),
      ),
    },
    funds: funds(figures, state, money),
    memberDefaults: {
      called: namesOf(state, defaults.membersCalled),
      late: namesOf(state, defaults.membersLate),
      defaulted: namesOf(state, defaults.membersDefaulted),
    },
    withdrawals: {
      requested: defaults.withdrawalsRequested,
      cancelled: defaults.withdrawalsCancelled,
    },
    rejections: refusals(figures),
    conservation: conservation(state),
    verification: {
      ok: audit.ok,
      head: String(audit.head),
      stateRoot: audit.stateRoot,
      businessRoot: audit.businessRoot,
      recordedRootsCompared: audit.rootsCompared,
      fault: audit.fault ?? null,
      seconds: rounded(run.verifySeconds),
    },
  };
}

export type DayReport = ReturnType<typeof dayReport>;

function runSection(figures: DayFigures, run: RunFigures) {
  return {
    trades: figures.trades - figures.liquidationFills,
    liquidationFills: figures.liquidationFills,
    tradesSent: run.tradesSent,
    seconds: rounded(run.runSeconds),
    tradesPerSecond: Math.round(run.tradesSent / Math.max(0.001, run.runSeconds)),
  };
}

function logSection(figures: DayFigures, { logBytes }: RunFigures) {
  return {
    events: String(figures.events),
    frames: figures.frames,
    bytes: logBytes,
    bytesPerTrade: Math.round((logBytes / Math.max(1, figures.trades)) * 10) / 10,
  };
}

function accountsByKind({ accountsByKind: counts }: DayFigures): Record<string, number> {
  return Object.fromEntries(ACCOUNT_KINDS.map((kind, k) => [kind, counts[k] ?? 0]));
}

function prices({ book }: DayFigures) {
  return book.contracts
    .filter(({ openTicks }) => openTicks > 0)
    .map((contract) => ({
      instrument: contract.name,
      open: formatDecimal(contract.openTicks, contract.tickDigits),
      low: formatDecimal(contract.lowTicks, contract.tickDigits),
      lowAt: formatTime(contract.lowAtUs),
      last: formatDecimal(contract.markTicks, contract.tickDigits),
    }));
}

type Money = (amountMinor: number) => string;

function referenceMoney(state: HouseState): Money {
  const digits = state.currencies.count === 0 ? 0 : state.currencies.minorDigits(1);
  return (amountMinor) => formatDecimal(amountMinor, digits);
}

function liquidation({ book, defaults, largestOrder, liquidationFills }: DayFigures, money: Money) {
  let notionalMinor = 0;
  let impactMinor = 0;
  for (const contract of book.contracts) {
    notionalMinor += contract.liquidatedMinor;
    impactMinor += contract.impactMinor;
  }
  return {
    accounts: defaults.liquidated.size,
    recovered: defaults.completed,
    ordersIssued: defaults.ordersIssued,
    ordersClosed: defaults.ordersClosed,
    ordersUnresolved: defaults.ordersUnresolved,
    fills: liquidationFills,
    notional: money(notionalMinor),
    beyondMark: money(impactMinor),
    byInstrument: book.contracts
      .filter(({ liquidatedLots }) => liquidatedLots > 0)
      .map((contract) => ({
        instrument: contract.name,
        lots: String(contract.liquidatedLots),
        notional: money(contract.liquidatedMinor),
        beyondMark: money(contract.impactMinor),
      })),
    largestOrder: largestOrder ? String(largestOrder.sequence) : null,
  };
}

/** What was paid into each layer and what is there at the end, over all pools. */
function funds({ defaults }: DayFigures, state: HouseState, money: Money) {
  const left = [0, 0, 0];
  const add = (layer: number, amount: number): void => {
    left[layer] = left[layer]! + amount;
  };
  for (let pool = 1; pool <= state.pools.count; pool++) {
    add(0, state.pools.get(pool, POOL.liquidationFundMinor));
    add(1, state.pools.get(pool, POOL.ownCapitalMinor));
  }
  for (let id = 1; id <= state.members.count; id++) add(2, state.members.get(id, M.fundShareMinor));
  return LAYERS.map((layer, k) => ({
    layer,
    paidIn: money(defaults.contributedMinor[k]!),
    atTheEnd: money(left[k]!),
  }));
}

function namesOf(state: HouseState, members: ReadonlySet<number>): string[] {
  return [...members].sort((a, b) => a - b).map((id) => state.names.nameOf('member', id) ?? '?');
}

function refusals({ rejections: counts }: DayFigures) {
  const named = rejections as Readonly<Record<number, readonly string[] | undefined>>;
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([reason, count]) => ({ reason, name: named[reason]?.[0] ?? 'unknown', count }));
}

/** Cash held and everything it is owed to, per currency. */
function conservation(state: HouseState) {
  const lines = [];
  for (let currency = 1; currency <= state.currencies.count; currency++) {
    const digits = state.currencies.minorDigits(currency);
    let owed = 0;
    for (let column = 1; column <= L.funds; column++) owed += state.house.get(currency, column);
    const held = state.house.get(currency, L.nostro);
    lines.push({
      currency: state.names.nameOf('currency', currency) ?? '?',
      held: formatDecimal(held, digits),
      owed: formatDecimal(owed, digits),
      isEqual: held === owed,
    });
  }
  return lines;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
