import { message } from '../schema.js';
import { inputHead } from './head.js';

const account = { type: 'ref', to: 'account', doc: 'Which account.' } as const;
const member = { type: 'ref', to: 'member', doc: 'Which member.' } as const;
const figures = {
  equityMinor: { type: 'i64', doc: 'Equity in the base currency of the pool.' },
  maintenanceMinor: { type: 'i64', doc: 'Maintenance requirement, base currency.' },
  initialMinor: { type: 'i64', doc: 'Initial requirement, base currency.' },
} as const;

export const AccountWarned = message({
  name: 'AccountWarned',
  templateId: 80,
  version: 1,
  kind: 'decision',
  doc: 'Equity fell below the warning level.',
  fields: { account, ...figures },
});

export const WarningCleared = message({
  name: 'WarningCleared',
  templateId: 81,
  version: 1,
  kind: 'decision',
  doc: 'Equity rose to the warning exit or above.',
  fields: { account, ...figures },
});

export const MarginBreached = message({
  name: 'MarginBreached',
  templateId: 82,
  version: 1,
  kind: 'decision',
  doc: 'Equity is below maintenance. Its sequence names the breach; commands derive their ids from it.',
  fields: {
    account,
    ordinal: { type: 'u32', doc: 'Place in the total order of its cause, from 0.' },
    ...figures,
    deficitMinor: { type: 'i64', doc: 'Maintenance less equity, positive.' },
  },
});

export const MarginCallIssued = message({
  name: 'MarginCallIssued',
  templateId: 83,
  version: 1,
  kind: 'decision',
  doc: 'The callee must restore initial margin before the deadline. Its sequence is the call id.',
  fields: {
    account,
    callee: { type: 'enum', values: ['account', 'member'], doc: 'Who is called.' },
    member: {
      type: 'ref',
      to: 'member',
      doc: 'The called member; none when the account is called.',
    },
    breach: { type: 'i64', doc: 'Sequence of the MarginBreached event.' },
    amountMinor: { type: 'i64', doc: 'Initial requirement less equity, base currency.' },
    deadline: { type: 'time', doc: 'Log time of the deadline.' },
  },
});

export const MarginCallMet = message({
  name: 'MarginCallMet',
  templateId: 84,
  version: 1,
  kind: 'decision',
  doc: 'Equity is at initial margin or above again.',
  fields: { account, call: { type: 'i64', doc: 'Sequence of MarginCallIssued.' }, ...figures },
});

export const MarginCallMissed = message({
  name: 'MarginCallMissed',
  templateId: 85,
  version: 1,
  kind: 'decision',
  doc: 'The deadline passed while equity is below initial margin: the account is liquidated.',
  fields: { account, call: { type: 'i64', doc: 'Sequence of MarginCallIssued.' }, ...figures },
});

export const MarginCallExtended = message({
  name: 'MarginCallExtended',
  templateId: 101,
  version: 1,
  kind: 'decision',
  doc: 'At its deadline a market of the account was not open: nobody is liquidated, the window starts anew.',
  fields: {
    account,
    call: { type: 'i64', doc: 'Sequence of MarginCallIssued.' },
    deadline: { type: 'time', doc: 'The new deadline.' },
  },
});

export const BreachQueued = message({
  name: 'BreachQueued',
  templateId: 102,
  version: 1,
  kind: 'decision',
  doc: 'Part of a large breach set, in the total order; slices of the breach sweep drain it.',
  fields: {
    from: { type: 'u32', doc: 'Place of the first account of this part in the set.' },
    accounts: {
      type: 'group',
      maxItems: 1000,
      doc: 'Breached accounts, most severe first.',
      fields: { account: { type: 'ref', to: 'account', doc: 'A breached account.' } },
    },
  },
});

export const LiquidationOpened = message({
  name: 'LiquidationOpened',
  templateId: 86,
  version: 1,
  kind: 'decision',
  doc: 'The account is under liquidation until it recovers, or is closed out.',
  fields: {
    account,
    breach: { type: 'i64', doc: 'Sequence of the MarginBreached event.' },
    ...figures,
  },
});

export const LiquidationOrderIssued = message({
  name: 'LiquidationOrderIssued',
  templateId: 87,
  version: 1,
  kind: 'decision',
  doc: 'Command to the venue: reduce this position by so many lots, no worse than the limit.',
  fields: {
    order: {
      type: 'i64',
      doc: 'breach sequence x 4096 + ordinal: re-sent, it is the same command.',
    },
    account,
    instrument: { type: 'ref', to: 'instrument', doc: 'Which position is reduced.' },
    side: { type: 'enum', values: ['buy', 'sell'], doc: 'What the account does.' },
    quantityLots: {
      type: 'i64',
      doc: 'Smallest whole lots that restore the target; one fewer does not.',
    },
    limitPriceTicks: { type: 'i64', doc: 'Worst price, at which the size was computed.' },
    deadline: { type: 'time', doc: 'Not ended by then, the order is unknown.' },
    ...figures,
    equityAfterMinor: { type: 'i64', doc: 'Equity if all fills at the limit, after the fee.' },
    maintenanceAfterMinor: { type: 'i64', doc: 'Maintenance requirement if all fills.' },
  },
});

export const LiquidationOrderAnswered = message({
  name: 'LiquidationOrderAnswered',
  templateId: 88,
  version: 1,
  kind: 'input',
  doc: "The venue's answer. Fills come as trades that name the order, before its last answer.",
  fields: {
    ...inputHead,
    order: { type: 'i64', doc: 'The order.' },
    answer: {
      type: 'enum',
      values: ['accepted', 'rejected', 'expired', 'filled'],
      doc: 'accepted: working; the others end the order (expired: with what was filled until then).',
    },
    filledLots: { type: 'i64', doc: 'Filled in all; must equal the fills seen when it ends.' },
  },
});

export const LiquidationOrderUnresolved = message({
  name: 'LiquidationOrderUnresolved',
  templateId: 89,
  version: 1,
  kind: 'decision',
  doc: 'Not ended by its deadline, accepted or not: the order is unknown; nothing is re-issued until it ends.',
  fields: { order: { type: 'i64', doc: 'The order.' }, account },
});

export const LiquidationOrderClosed = message({
  name: 'LiquidationOrderClosed',
  templateId: 90,
  version: 1,
  kind: 'decision',
  doc: 'An order ended; the account with its figures after it.',
  fields: {
    order: { type: 'i64', doc: 'The order.' },
    account,
    filledLots: { type: 'i64', doc: 'Filled in all.' },
    ...figures,
  },
});

export const LiquidationCompleted = message({
  name: 'LiquidationCompleted',
  templateId: 91,
  version: 1,
  kind: 'decision',
  doc: 'Equity is at the liquidation target or above: the account recovered.',
  fields: {
    account,
    breach: { type: 'i64', doc: 'Sequence of the MarginBreached event.' },
    ...figures,
  },
});

export const AccountDefaulted = message({
  name: 'AccountDefaulted',
  templateId: 92,
  version: 1,
  kind: 'decision',
  doc: 'Nothing left to reduce and equity below zero: the shortfall goes to the member or down the ladder.',
  fields: {
    account,
    breach: { type: 'i64', doc: 'Sequence of the MarginBreached event.' },
    shortfallMinor: { type: 'i64', doc: 'What is missing, base currency, positive.' },
  },
});

export const ShortfallCovered = message({
  name: 'ShortfallCovered',
  templateId: 93,
  version: 1,
  kind: 'decision',
  doc: 'One layer of the ladder pays into the account; what nobody can pay stays as uncovered.',
  fields: {
    account,
    payer: {
      type: 'enum',
      values: ['house-account', 'default-fund', 'liquidation-fund', 'own-capital', 'uncovered'],
      doc: 'Which layer.',
    },
    member: { type: 'ref', to: 'member', doc: 'Payer for house-account and default-fund.' },
    amountMinor: { type: 'i64', doc: 'Amount, base currency, positive.' },
  },
});

export const AccountClosedOut = message({
  name: 'AccountClosedOut',
  templateId: 94,
  version: 1,
  kind: 'decision',
  doc: 'The default of the account is finished: what it lacked was paid in; it takes no trades.',
  fields: { account },
});

export const MemberCalled = message({
  name: 'MemberCalled',
  templateId: 95,
  version: 1,
  kind: 'decision',
  doc: "A client account's shortfall, or a missed house call, is the member's obligation; due by the deadline.",
  fields: {
    member,
    account,
    amountMinor: { type: 'i64', doc: 'The obligation, base currency.' },
    deadline: { type: 'time', doc: 'Log time of the deadline.' },
  },
});

export const MemberPaid = message({
  name: 'MemberPaid',
  templateId: 96,
  version: 1,
  kind: 'decision',
  doc: "The obligation is paid out of the member's house account.",
  fields: {
    member,
    account,
    amountMinor: { type: 'i64', doc: 'Moved from the house account to the client account.' },
  },
});

export const MemberLate = message({
  name: 'MemberLate',
  templateId: 97,
  version: 1,
  kind: 'decision',
  doc: 'The first deadline passed; one more window follows.',
  fields: { member, deadline: { type: 'time', doc: 'Log time of the last deadline.' } },
});

export const MemberDefaulted = message({
  name: 'MemberDefaulted',
  templateId: 98,
  version: 1,
  kind: 'decision',
  doc: 'The last deadline passed: the house account is liquidated, obligations go down the ladder.',
  fields: { member, obligationMinor: { type: 'i64', doc: 'Open obligations, base currency.' } },
});

export const MemberClosedOut = message({
  name: 'MemberClosedOut',
  templateId: 99,
  version: 1,
  kind: 'decision',
  doc: 'All obligations of the defaulted member are covered or recorded as uncovered.',
  fields: { member },
});

export const DeadlineReached = message({
  name: 'DeadlineReached',
  templateId: 100,
  version: 1,
  kind: 'decision',
  doc: 'A timer fired; the cause of the decisions after it.',
  fields: {
    deadline: { type: 'time', doc: 'When it was due.' },
    timerKind: {
      type: 'enum',
      values: ['margin-call', 'order-timeout', 'member-call', 'stale-price', 'expiry', 'rulebook'],
      doc: 'What was waited for.',
    },
    subject: { type: 'u32', doc: 'Account, member, instrument or pool id.' },
    reference: { type: 'i64', doc: 'Call, order or 0.' },
  },
});

export const TimeAdvanced = message({
  name: 'TimeAdvanced',
  templateId: 103,
  version: 1,
  kind: 'decision',
  doc: 'Log time moved on while nothing else happened; its own cause.',
  fields: {},
});
