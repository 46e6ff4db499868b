import { catalogue } from '#libs/events';
import type { Sentences } from './sentences.js';
import type { Wording } from './wording.js';

const { payer } = catalogue.ShortfallCovered.fields;
const { answer } = catalogue.LiquidationOrderAnswered.fields;
const { timerKind } = catalogue.DeadlineReached.fields;
const TIMER_SUBJECTS = [
  'account',
  'account',
  'member',
  'instrument',
  'instrument',
  'pool',
] as const;

/** What a plan comes to, by the number of its outcome. */
const OUTCOMES = [
  'it restores the target',
  'a part of what restores the target',
  'what can be traded does not restore the target',
  'insolvent: nothing restores the target',
  'everything is closed out',
] as const;

function orders(count: number): string {
  return count === 1 ? '1 order' : `${String(count)} orders`;
}

interface Figures {
  readonly account: number;
  readonly equityMinor: number;
  readonly maintenanceMinor: number;
  readonly initialMinor: number;
}

function figures(m: Figures, w: Wording): string {
  const money = (amount: number): string => w.base(m.account, amount);
  return (
    `equity ${money(m.equityMinor)}, maintenance ${money(m.maintenanceMinor)}, ` +
    `initial ${money(m.initialMinor)}`
  );
}

type Margin = Sentences<
  | 'AccountWarned'
  | 'WarningCleared'
  | 'MarginBreached'
  | 'MarginCallIssued'
  | 'MarginCallMet'
  | 'MarginCallMissed'
  | 'MarginCallExtended'
  | 'BreachQueued'
>;

const marginSentences: Margin = {
  AccountWarned: (m, w) => `${w.account(m.account)} is below its warning level: ${figures(m, w)}.`,
  WarningCleared: (m, w) => `The warning of ${w.account(m.account)} is over: ${figures(m, w)}.`,
  MarginBreached: (m, w) =>
    `${w.account(m.account)} is ${w.base(m.account, m.deficitMinor)} below maintenance: ` +
    `${figures(m, w)}.`,
  MarginCallIssued: (m, w) =>
    `${m.callee === 0 ? w.account(m.account) : w.name('member', m.member)} must bring ` +
    `${w.base(m.account, m.amountMinor)} to ${w.account(m.account)} by ${w.time(m.deadline)}.`,
  MarginCallMet: (m, w) => `The call on ${w.account(m.account)} is met: ${figures(m, w)}.`,
  MarginCallMissed: (m, w) => `The call on ${w.account(m.account)} is missed: ${figures(m, w)}.`,
  MarginCallExtended: (m, w) =>
    `A market of ${w.account(m.account)} is not open: its call runs on to ${w.time(m.deadline)}.`,
  BreachQueued: (m) =>
    `${String(m.accounts.length)} breached accounts wait from place ${String(m.from)}.`,
};

type Liquidation = Sentences<
  | 'LiquidationOpened'
  | 'LiquidationPlanned'
  | 'LiquidationOrderIssued'
  | 'LiquidationOrderAnswered'
  | 'LiquidationOrderUnresolved'
  | 'LiquidationOrderClosed'
  | 'LiquidationCompleted'
>;

const liquidationSentences: Liquidation = {
  LiquidationOpened: (m, w) => `${w.account(m.account)} is under liquidation: ${figures(m, w)}.`,
  LiquidationPlanned: (m, w) =>
    `The liquidation of ${w.account(m.account)} plans ${orders(m.tranches.length)} for ` +
    `${w.base(m.account, m.costMinor)} (${OUTCOMES[m.outcome] ?? ''}` +
    (m.leastCostMinor > 0
      ? `; no plan costs less than ${w.base(m.account, m.leastCostMinor)}`
      : '') +
    `): equity ` +
    `${w.base(m.account, m.equityMinor)} becomes ${w.base(m.account, m.equityAfterMinor)}, maintenance ` +
    `${w.base(m.account, m.maintenanceMinor)} becomes ${w.base(m.account, m.maintenanceAfterMinor)}.`,
  LiquidationOrderIssued: (m, w) =>
    `${w.account(m.account)} must ${m.side === 0 ? 'buy' : 'sell'} ${w.lots(m.quantityLots)} of ` +
    `${w.instrument(m.instrument)} at ${w.price(m.instrument, m.limitPriceTicks)} or better ` +
    `(order ${String(m.order)}); filled, equity is ${w.base(m.account, m.equityAfterMinor)} and ` +
    `maintenance ${w.base(m.account, m.maintenanceAfterMinor)}.`,
  LiquidationOrderAnswered: (m) =>
    `The venue answers order ${String(m.order)}: ${answer.values[m.answer] ?? ''}, ` +
    `${String(m.filledLots)} lots filled in all.`,
  LiquidationOrderUnresolved: (m) =>
    `Order ${String(m.order)} was not answered in time; it is unknown and stays in flight.`,
  LiquidationOrderClosed: (m, w) =>
    `Order ${String(m.order)} ended with ${w.lots(m.filledLots)} filled; ` +
    `${w.account(m.account)}: ${figures(m, w)}.`,
  LiquidationCompleted: (m, w) => `${w.account(m.account)} recovered: ${figures(m, w)}.`,
};

type Default = Sentences<
  | 'AccountDefaulted'
  | 'ShortfallCovered'
  | 'AccountClosedOut'
  | 'MemberCalled'
  | 'MemberPaid'
  | 'MemberLate'
  | 'MemberDefaulted'
  | 'MemberClosedOut'
  | 'DeadlineReached'
  | 'TimeAdvanced'
>;

const endSentences: Default = {
  AccountDefaulted: (m, w) =>
    `${w.account(m.account)} has nothing left to reduce and lacks ` +
    `${w.base(m.account, m.shortfallMinor)}.`,
  ShortfallCovered: (m, w) =>
    m.payer === 4
      ? `Nobody covers ${w.base(m.account, m.amountMinor)} of ${w.account(m.account)}.`
      : `The ${payer.values[m.payer] ?? ''}${m.member === 0 ? '' : ` of ${w.name('member', m.member)}`} ` +
        `pays ${w.base(m.account, m.amountMinor)} for ${w.account(m.account)}.`,
  AccountClosedOut: (m, w) => `The default of ${w.account(m.account)} is finished.`,
  MemberCalled: (m, w) =>
    `Member ${w.name('member', m.member)} owes ${w.base(m.account, m.amountMinor)} for ` +
    `${w.account(m.account)} by ${w.time(m.deadline)}.`,
  MemberPaid: (m, w) =>
    `Member ${w.name('member', m.member)} pays ${w.base(m.account, m.amountMinor)} for ` +
    `${w.account(m.account)}.`,
  MemberLate: (m, w) =>
    `Member ${w.name('member', m.member)} is late; the last deadline is ${w.time(m.deadline)}.`,
  MemberDefaulted: (m, w) => `Member ${w.name('member', m.member)} is in default.`,
  MemberClosedOut: (m, w) => `Member ${w.name('member', m.member)} is closed out.`,
  DeadlineReached: (m, w) =>
    `The ${timerKind.values[m.timerKind] ?? ''} timer of ` +
    `${w.name(TIMER_SUBJECTS[m.timerKind] ?? 'account', m.subject)} fires, due ${w.time(m.deadline)}.`,
  TimeAdvanced: () => 'Log time moved on while nothing else happened.',
};

export const defaultSentences = {
  ...marginSentences,
  ...liquidationSentences,
  ...endSentences,
};
