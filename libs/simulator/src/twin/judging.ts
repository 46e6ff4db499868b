import { mix48, MIX48_SEED } from '#libs/units';
import { type Decimal, ppmUp, whole, ZERO } from './decimal-arithmetic.js';
import { indexOf, textOf } from './enumerations.js';
import { openLiquidation } from './liquidation-opening.js';
import { figuresIn, figuresOf, type MarginFigures } from './margin-figures.js';
import { startMarginSweep } from './sweep-start.js';
import type { TwinContext } from './twin-context.js';
import { isWaiting, rowOf, type TwinState } from './twin-state.js';

const BREACHES_AT_ONCE = 32;
const TRANSITIONS_AT_ONCE = 1024;
const QUEUE_PART = 1000;
const QUEUE_MAX = 262_144;

type Verdict = 'none' | 'breach' | 'warn' | 'clear' | 'met' | 'liquidate';

/** Which row of the table of docs/rules.md 7 applies to a unit. */
function verdictOn(state: TwinState, unit: number, figures: MarginFigures | undefined): Verdict {
  const account = rowOf(state.accounts, unit);
  if (figures === undefined || figures.isGated || account.isClosed) return 'none';
  const { equity, maintenance, initial, rulebook } = figures;
  switch (account.state) {
    case 'healthy':
    case 'warned': {
      if (equity.lt(maintenance)) return account.isQueued ? 'none' : 'breach';
      if (account.state === 'warned') {
        return equity.gte(ppmUp(maintenance, rulebook.warningClearPpm)) ? 'clear' : 'none';
      }
      return equity.lt(ppmUp(maintenance, rulebook.warningPpm)) ? 'warn' : 'none';
    }
    case 'called':
      return equity.gte(initial) ? 'met' : 'none';
    case 'liquidating':
      return isWaiting(state, unit) ? 'none' : 'liquidate';
    default:
      return 'none';
  }
}

/** Judges one unit as it stands; returns whether it breached. */
export function judge(twin: TwinContext, unit: number, ordinal: number, cause: number): boolean {
  const { state } = twin;
  const figures = figuresOf(state, unit);
  const verdict = verdictOn(state, unit, figures);
  if (figures === undefined || verdict === 'none') return false;
  const account = rowOf(state.accounts, unit);
  const body = { account: unit, ...figuresIn(figures) };
  switch (verdict) {
    case 'breach':
      breach(twin, unit, figures, ordinal, cause);
      return true;
    case 'warn':
      account.state = 'warned';
      twin.emit({ type: 'AccountWarned', ...body }, cause);
      return false;
    case 'clear':
      account.state = 'healthy';
      twin.emit({ type: 'WarningCleared', ...body }, cause);
      return false;
    case 'met':
      meetCall(twin, unit, figures, cause);
      return false;
    default:
      twin.continueLiquidation(unit, cause);
      return false;
  }
}

/** A call is met: the unit is healthy again. */
export function meetCall(
  twin: TwinContext,
  unit: number,
  figures: MarginFigures,
  cause: number,
): void {
  const account = rowOf(twin.state.accounts, unit);
  const { call } = account;
  Object.assign(account, { state: 'healthy', call: 0, callDeadline: 0, breach: 0 });
  twin.emit({ type: 'MarginCallMet', account: unit, call, ...figuresIn(figures) }, cause);
}

function breach(
  twin: TwinContext,
  unit: number,
  figures: MarginFigures,
  ordinal: number,
  cause: number,
): void {
  const { state } = twin;
  const { equity, maintenance, initial, rulebook } = figures;
  const account = rowOf(state.accounts, unit);
  const deficitMinor = whole(maintenance.sub(equity));
  const body = { account: unit, ordinal, ...figuresIn(figures), deficitMinor };
  const breachId = twin.emit({ type: 'MarginBreached', ...body }, cause);
  account.breach = breachId;
  const kind = indexOf('accountKinds', account.kind);
  const policy = rulebook.policies.find(({ accountKind }) => accountKind === kind);
  const reaction = policy === undefined ? 'liquidate' : textOf('reactions', policy.onBreach);
  if (reaction === 'liquidate') {
    openLiquidation(twin, unit, breachId, figures, breachId);
    return;
  }
  const deadline = state.timeUs + rulebook.callWindowUs;
  const member = reaction === 'call-member' ? account.member : 0;
  const call = twin.emit(
    {
      type: 'MarginCallIssued',
      account: unit,
      callee: member === 0 ? 0 : 1,
      member,
      breach: breachId,
      amountMinor: whole(initial.sub(equity)),
      deadline,
    },
    breachId,
  );
  Object.assign(account, { state: 'called', call, callDeadline: deadline });
}

/** Judges the two units of a trade or bust. */
export function judgePair(twin: TwinContext, first: number, second: number, cause: number): void {
  const hasBreached = judge(twin, first, 0, cause);
  if (second !== first) judge(twin, second, hasBreached ? 1 : 0, cause);
}

interface Breached {
  readonly unit: number;
  readonly deficit: Decimal;
  readonly maintenance: Decimal;
}

/** Judges several units of one cause (docs/rules.md 7, several units at once). */
export function judgeSeveral(twin: TwinContext, units: Iterable<number>, cause: number): void {
  const { state } = twin;
  const others: number[] = [];
  const breached: Breached[] = [];
  for (const unit of units) {
    const figures = figuresOf(state, unit);
    const verdict = verdictOn(state, unit, figures);
    if (figures === undefined || verdict === 'none') continue;
    const { equity, maintenance } = figures;
    if (verdict !== 'breach') others.push(unit);
    else breached.push({ unit, deficit: maintenance.sub(equity), maintenance });
  }
  breached.sort(bySeverity);
  others.sort((a, b) => a - b);
  for (const unit of others.slice(0, TRANSITIONS_AT_ONCE)) judge(twin, unit, 0, cause);
  if (others.length > TRANSITIONS_AT_ONCE) startMarginSweep(twin, cause);
  if (breached.length > BREACHES_AT_ONCE) {
    queueBreaches(twin, breached, cause);
    return;
  }
  for (const [ordinal, { unit }] of breached.entries()) judge(twin, unit, ordinal, cause);
}

/** Deficit / m descending (m = 0 first), deficit descending, account ascending. */
function bySeverity(a: Breached, b: Breached): number {
  if (a.maintenance.isZero() !== b.maintenance.isZero()) return a.maintenance.isZero() ? -1 : 1;
  const ratios = b.deficit.mul(a.maintenance).cmp(a.deficit.mul(b.maintenance));
  return ratios || b.deficit.cmp(a.deficit) || a.unit - b.unit;
}

function queueBreaches(twin: TwinContext, breached: readonly Breached[], cause: number): void {
  const { state } = twin;
  if (state.sweeps.some(({ kind }) => kind === 'breach')) return;
  const queue = breached.slice(0, QUEUE_MAX).map(({ unit }) => unit);
  const started = twin.emit(
    {
      type: 'SweepStarted',
      sweepKind: indexOf('sweepKinds', 'breach'),
      instrument: 0,
      priceTicks: 0,
      ratePpb: 0,
      accountCount: queue.length,
      setHash: queue.reduce((hash, unit) => mix48(hash, unit), MIX48_SEED),
    },
    cause,
  );
  for (let from = 0; from < queue.length; from += QUEUE_PART) {
    const accounts = queue.slice(from, from + QUEUE_PART).map((account) => ({ account }));
    twin.emit({ type: 'BreachQueued', from, accounts }, started);
  }
  for (const unit of queue) rowOf(state.accounts, unit).isQueued = true;
  state.sweeps.push({
    kind: 'breach',
    instrument: 0,
    price: ZERO,
    ratePpb: ZERO,
    count: queue.length,
    queue,
    cursor: 0,
    suspense: ZERO,
    reached: new Set(),
  });
}
