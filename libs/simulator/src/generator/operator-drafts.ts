import { balanceOf, isEmpty, obligationsOf, rowOf } from '../twin/twin-state.js';
import { CONTRACT, inverseDraft, optionDraft, perpetualDraft } from './contract-drafts.js';
import { rulebookDraft } from './rulebook-drafts.js';
import type { Draft, DraftOf } from './steps.js';
import { idsWhere, oneOf, type WorldContext } from './world-context.js';
import { HOUR, MINUTE } from './world-plan.js';

/** What an operator does in the course of a day; undefined when there is no occasion. */
export function operatorDraft(context: WorldContext): Draft | undefined {
  const reinstatement = reinstatementDraft(context);
  if (reinstatement !== undefined && context.random.below(2) === 0) return reinstatement;
  const choose = context.random.pick<(context: WorldContext) => Draft | undefined>([
    [nextRulebook, 200],
    [cycleDraft, 150],
    [openingDraft, 150],
    [closingDraft, 350],
    [listingDraft, 150],
  ]);
  return choose(context);
}

function nextRulebook({ random, state }: WorldContext): Draft {
  const pool = 1 + random.below(3);
  const { lastVersion, pending } = rowOf(state.pools, pool);
  const after = Math.max(state.timeUs, pending.at(-1)?.effectiveAt ?? 0);
  const isAtOnce = pending.length === 0 && random.below(3) === 0;
  const tied = random.below(3) === 0 ? oneOf(random, deadlinesOf(state)) : undefined;
  const isTied = tied !== undefined && tied > after;
  const later = isTied ? tied : after + 1 + random.below(2 * MINUTE);
  const effectiveAt = isAtOnce ? 0 : later;
  return rulebookDraft(random, pool, lastVersion + 1, effectiveAt);
}

/** Deadlines of calls, orders, members and contracts, at which a rulebook may begin as well. */
function deadlinesOf(state: WorldContext['state']): number[] {
  const calls = [...state.accounts.values()].map(({ callDeadline }) => callDeadline);
  const orders = [...state.orders.values()].map(({ deadline }) => deadline);
  const members = [...state.members.values()].map(({ deadline }) => deadline);
  const expiries = [...state.instruments.values()].map(({ expiresAt }) => expiresAt);
  return [...calls, ...orders, ...members, ...expiries].filter((deadline) => deadline > 0);
}

function cycleDraft({ random, state }: WorldContext): Draft {
  const closedDate = state.businessDate === 0 ? 18_766 : state.businessDate;
  return { type: 'SettlementCycleClosed', closedDate, nextDate: closedDate + 1 + random.below(3) };
}

function openingDraft(context: WorldContext): Draft {
  const { random } = context;
  const name = `new-${context.nextNumber()}`;
  if (random.below(2) === 0) {
    return { type: 'AccountOpened', name, accountKind: 0, pool: 1, member: 0, parent: 0 };
  }
  const member = 1 + random.below(2);
  return { type: 'AccountOpened', name, accountKind: 5, pool: 2, member, parent: 0 };
}

/** Closes an account in which nothing is left. */
function closingDraft({ random, state }: WorldContext): Draft | undefined {
  const empty = idsWhere(state.accounts, (account, id) => {
    const isFlat = [...(state.positions.get(id)?.values() ?? [])].every(isEmpty);
    const currencies = [...state.currencies.keys()];
    const isBroke = currencies.every((c) => balanceOf(state, id, c).isZero());
    return !account.isClosed && isFlat && isBroke && account.kind !== 'house';
  });
  const account = oneOf(random, empty);
  return account === undefined ? undefined : { type: 'AccountClosed', account };
}

function reinstatementDraft({ random, state }: WorldContext): Draft | undefined {
  const ended = idsWhere(state.members, ({ state: memberState }, id) => {
    return memberState === 'closed-out' && obligationsOf(state, id).length === 0;
  });
  const member = oneOf(random, ended);
  return member === undefined ? undefined : { type: 'MemberReinstated', member };
}

/** A contract that expires in a while, as the next in a series. */
function listingDraft(context: WorldContext): DraftOf<'InstrumentListed'> {
  const { random, state } = context;
  const name = `SERIES-${context.nextNumber()}`;
  const expiresAt = state.timeUs + HOUR + random.below(60) * MINUTE;
  switch (random.below(4)) {
    case 0:
      return perpetualDraft(name, { kind: 1, expiresAt });
    case 1:
      return inverseDraft(name, { kind: 1, expiresAt });
    case 2:
      return optionDraft(name, { expiresAt, premium: random.below(2) });
    default:
      return optionDraft(name, { expiresAt, optionType: 2, underlying: CONTRACT.perpetual });
  }
}
