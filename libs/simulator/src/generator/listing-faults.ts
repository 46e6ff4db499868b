import { rowOf } from '../twin/twin-state.js';
import { perpetualDraft, UNPRICED, unsoundListing } from './contract-drafts.js';
import { unsoundRulebook } from './rulebook-drafts.js';
import type { Draft, DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';

type Opened = DraftOf<'AccountOpened'>;

/** An account that does not fit [504], by what is wrong with it. */
function unfitAccount({ random, state }: WorldContext, name: string): Draft {
  const open = (terms: Partial<Opened>): Opened => ({
    type: 'AccountOpened',
    name,
    accountKind: 0,
    pool: 1,
    member: 0,
    parent: 0,
    ...terms,
  });
  const [foreign] = idsWhere(state.accounts, ({ kind, member }) => {
    return kind === 'omnibus-gross' && member !== 1;
  });
  const unfit = [
    open({ member: 1 }),
    open({ pool: 2 }),
    open({ parent: 1 }),
    open({ accountKind: 5, pool: 2 }),
    open({ accountKind: 5, member: 1 }),
    open({ accountKind: 1, pool: 2, member: 1 }),
    open({ accountKind: 5, pool: 2, member: 1, parent: foreign ?? 1 }),
    open({ accountKind: 4, pool: 2, member: 1 }),
    open({ accountKind: 4, pool: 2, member: 1, parent: foreign ?? 1 }),
    open({ accountKind: 4, pool: 2, member: 1, parent: 1 }),
  ];
  return unfit[random.below(unfit.length)] ?? open({ member: 1 });
}

const names: readonly ((name: string) => Draft)[] = [
  (name) => ({ type: 'PublisherRegistered', name }),
  (name) => ({ type: 'VenueConnected', name, acceptance: 0 }),
  (name) => ({ type: 'CurrencyListed', name, minorDigits: 2 }),
  (name) => ({ type: 'PoolOpened', name, baseCurrency: 1, ladder: 0 }),
  (name) => ({ type: 'MemberAdmitted', name }),
  (name) => ({
    type: 'AccountOpened',
    name,
    accountKind: 0,
    pool: 1,
    member: 0,
    parent: 0,
  }),
  (name) => perpetualDraft(name),
];
/** Names that are taken, in the order of `names`. */
const taken = ['operator', 'XOPN', 'USD', 'exchange', 'M1', 'maker-1', 'BTC-PERP'];

/** Reference data and the rest of what is refused, by the reason. */
export const listingFaults: Readonly<Record<number, Fault>> = {
  501: ({ random }) => {
    const place = random.below(names.length);
    return names[place]?.(taken[place] ?? '');
  },
  502: ({ random }) => names[random.below(names.length)]?.(''),
  503: (context) => {
    if (context.state.currencies.size < 64) return undefined;
    return { type: 'CurrencyListed', name: `X${context.nextNumber()}`, minorDigits: 2 };
  },
  504: (context) => unfitAccount(context, `unfit-${context.nextNumber()}`),
  505: ({ random, state }) => {
    const pool = 1 + random.below(3);
    return unsoundRulebook(random, pool, rowOf(state.pools, pool).lastVersion + 1);
  },
  512: (context) => {
    const { random, state } = context;
    const name = `unsound-${context.nextNumber()}`;
    return random.below(8) === 0 && state.currencies.size < 64
      ? { type: 'CurrencyListed', name: name.slice(0, 16), minorDigits: 10 }
      : unsoundListing(random, name, state.timeUs);
  },
  513: ({ random, state }) => ({
    type: 'LogicActivated',
    logicVersion: random.below(2) === 0 ? 5 : state.logicVersion,
  }),
  530: ({ state }) => ({ type: 'TimeJumpAccepted', resumeAt: state.timeUs - 1 }),
  540: () => ({ type: 'MemberReinstated', member: 99 }),
  541: ({ state }) => {
    const [member] = idsWhere(state.members, ({ state: memberState }) => {
      return memberState !== 'closed-out';
    });
    return member === undefined ? undefined : { type: 'MemberReinstated', member };
  },
  542: ({ random, state }) => {
    const full = idsWhere(state.accounts, ({ isClosed, kind }, id) => {
      const hasCash = [...(state.balances.get(id)?.values() ?? [])].some((b) => !b.isZero());
      return !isClosed && (hasCash || kind === 'omnibus-gross');
    });
    const account = oneOf(random, full);
    return account === undefined ? undefined : { type: 'AccountClosed', account };
  },
  /** A pool in a currency that is unknown [204] or unpriced [205]. */
  1204: (context) => ({
    type: 'PoolOpened',
    name: `pool-${context.nextNumber()}`,
    baseCurrency: context.random.below(2) === 0 ? 99 : UNPRICED,
    ladder: 0,
  }),
  /** A contract in an unpriced currency [205]. */
  1205: (context) => perpetualDraft(`unpriced-${context.nextNumber()}`, { currency: UNPRICED }),
};
