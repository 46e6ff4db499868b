import { A, KIND, SAGA } from '#libs/clearing';
import type { Evaluation, HouseState } from '#libs/clearing-house';
import { nameOfState } from '#libs/replay';

/** An account as a list shows it. */
export interface AccountLine {
  readonly account: string;
  readonly kind: string;
  readonly pool: string;
  readonly member?: string;
  readonly parent?: string;
  readonly state: string;
  readonly closed: boolean;
}

export function accountLine(state: HouseState, id: number): AccountLine {
  const { accounts, names } = state;
  const member = accounts.get(id, A.member);
  const parent = accounts.get(id, A.parent);
  return {
    account: names.nameOf('account', id) ?? '',
    kind: nameOfState(KIND, accounts.get(id, A.kind)),
    pool: names.nameOf('pool', accounts.get(id, A.pool)) ?? '',
    ...(member === 0 ? {} : { member: names.nameOf('member', member) ?? '' }),
    ...(parent === 0 ? {} : { parent: names.nameOf('account', parent) ?? '' }),
    state: nameOfState(SAGA, accounts.get(accounts.unitOf(id), A.sagaState)),
    closed: accounts.get(id, A.closed) !== 0,
  };
}

/** Margin of an account as a list shows it, in its pool's base currency. */
export interface MarginLine {
  readonly account: string;
  readonly currency: string;
  readonly state: string;
  readonly equityMinor: string;
  readonly maintenanceMinor: string;
  readonly initialMinor: string;
  /** What open orders add to the initial requirement. */
  readonly orderMarginMinor: string;
  /** Equity less maintenance: positive is healthy. */
  readonly cushionMinor: string;
  readonly level: 'sound' | 'below-initial' | 'breach' | 'insolvent';
  /** A market that it depends on is not open: it is not judged. */
  readonly gated: boolean;
}

/** Undefined for what is judged with its parent, is closed, or has no rulebook. */
export function marginLine(
  state: HouseState,
  id: number,
  evaluation: Evaluation,
): MarginLine | undefined {
  const { accounts, names } = state;
  if (accounts.get(id, A.parent) !== 0 || accounts.get(id, A.closed) !== 0) return undefined;
  if (!evaluation.evaluate(id)) return undefined;
  const { equityMinor, maintenanceMinor, initialMinor, orderMarginMinor, gated } =
    evaluation.figures;
  return {
    account: names.nameOf('account', id) ?? '',
    currency: names.nameOf('currency', evaluation.baseCurrency) ?? '',
    state: nameOfState(SAGA, accounts.get(id, A.sagaState)),
    equityMinor: String(equityMinor),
    maintenanceMinor: String(maintenanceMinor),
    initialMinor: String(initialMinor),
    orderMarginMinor: String(orderMarginMinor),
    cushionMinor: String(equityMinor - maintenanceMinor),
    level: levelOf(evaluation),
    gated,
  };
}

function levelOf({ figures, excessMinor }: Evaluation): MarginLine['level'] {
  if (figures.equityMinor < 0) return 'insolvent';
  if (figures.equityMinor < figures.maintenanceMinor) return 'breach';
  return excessMinor < 0 ? 'below-initial' : 'sound';
}
