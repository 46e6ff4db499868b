import { catalogue, formatDate } from '#libs/events';
import type { Sentences } from './sentences.js';

const { acceptance } = catalogue.VenueConnected.fields;
const { ladder } = catalogue.PoolOpened.fields;
const { accountKind } = catalogue.AccountOpened.fields;
const { kind } = catalogue.InstrumentListed.fields;

export const referenceSentences: Sentences<
  | 'PublisherRegistered'
  | 'VenueConnected'
  | 'CurrencyListed'
  | 'PoolOpened'
  | 'MemberAdmitted'
  | 'AccountOpened'
  | 'AccountClosed'
  | 'InstrumentListed'
  | 'RulebookPublished'
  | 'LogicActivated'
  | 'TimeJumpAccepted'
  | 'MemberReinstated'
  | 'SettlementCycleClosed'
> = {
  PublisherRegistered: (m) => `Publisher ${m.name} may send inputs.`,
  VenueConnected: (m) =>
    `Venue ${m.name} is connected with acceptance ${acceptance.values[m.acceptance] ?? ''}.`,
  CurrencyListed: (m) =>
    `Currency ${m.name} is listed with ${String(m.minorDigits)} decimal digits.`,
  PoolOpened: (m, w) =>
    `Margin pool ${m.name} opens in ${w.name('currency', m.baseCurrency)} with the ` +
    `${ladder.values[m.ladder] ?? ''} ladder.`,
  MemberAdmitted: (m) => `Clearing member ${m.name} is admitted.`,
  AccountOpened: (m, w) =>
    `Account ${m.name} (${accountKind.values[m.accountKind] ?? ''}) opens in pool ` +
    `${w.name('pool', m.pool)}${m.member === 0 ? '' : `, guaranteed by ${w.name('member', m.member)}`}.`,
  AccountClosed: (m, w) => `Account ${w.account(m.account)} is closed for good.`,
  InstrumentListed: (m, w) =>
    `${m.name}, a ${kind.values[m.kind] ?? ''} settled in ${w.name('currency', m.currency)}, ` +
    `is listed${m.expiresAt === 0 ? '' : `; it expires ${w.time(m.expiresAt)}`}.`,
  RulebookPublished: (m, w) =>
    `Rulebook ${String(m.rulebookVersion)} of pool ${w.name('pool', m.pool)} is published, in ` +
    `force ${m.effectiveAt === 0 ? 'at once' : `from ${w.time(m.effectiveAt)}`}.`,
  LogicActivated: (m) => `Decisions are made by logic version ${String(m.logicVersion)} from here.`,
  TimeJumpAccepted: (m, w) =>
    `Log time jumps to ${w.time(m.resumeAt)}: deadlines move with it and markets turn stale.`,
  MemberReinstated: (m, w) => `Member ${w.name('member', m.member)} is current again.`,
  SettlementCycleClosed: (m) =>
    `Business date ${formatDate(m.closedDate)} ends; ${formatDate(m.nextDate)} begins.`,
};
