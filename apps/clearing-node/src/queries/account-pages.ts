import type { HouseState } from '#libs/clearing-house';
import { unknownName } from '../http/problem.js';
import type { AccountIndex } from './account-index.js';
import type { MemberScope } from './member-scope.js';

/** An answer is given at one sequence: so its page ends when it has taken this long. */
const PAGE_MS_MAX = 4;
const ROWS_BETWEEN_LOOKS = 16;

export interface AccountPage<Row> {
  readonly rows: readonly Row[];
  /** Name of the account to go on after; absent at the end. */
  readonly next?: string;
}

export interface PageRequest<Row> {
  readonly scope: MemberScope;
  readonly limit: number;
  /** Name of the last account of the page before. */
  readonly after: string | undefined;
  /** Undefined leaves an account out. */
  readonly rowOf: (account: number) => Row | undefined;
}

/** Goes over the accounts that a token may see, page by page, in the order of their opening. */
export class AccountPages {
  constructor(
    private readonly state: HouseState,
    private readonly index: AccountIndex,
  ) {}

  /** @throws Problem 422 when `after` names no account that the asker may see */
  page<Row>({ scope, limit, after, rowOf }: PageRequest<Row>): AccountPage<Row> {
    const rows: Row[] = [];
    const endsAtMs = performance.now() + PAGE_MS_MAX;
    let looked = 0;
    let last = 0;
    for (const id of this.idsAfter(scope, after)) {
      const isLate = looked % ROWS_BETWEEN_LOOKS === 0 && performance.now() > endsAtMs;
      if (rows.length >= limit || (looked > 0 && isLate)) {
        return { rows, next: this.state.names.nameOf('account', last) ?? '' };
      }
      const row = rowOf(id);
      if (row !== undefined) rows.push(row);
      looked += 1;
      last = id;
    }
    return { rows };
  }

  /** Ids of all accounts of a member. */
  accountsOf(member: number): readonly number[] {
    return this.index.of(member);
  }

  private *idsAfter(scope: MemberScope, after: string | undefined): Generator<number> {
    const from = after === undefined ? 0 : this.placeOf(scope, after);
    if (scope.member === undefined) {
      for (let id = from + 1; id <= this.state.accounts.count; id++) yield id;
      return;
    }
    const own = this.index.of(scope.member);
    for (let k = firstAbove(own, from); k < own.length; k++) yield own[k] ?? 0;
  }

  private placeOf(scope: MemberScope, after: string): number {
    const id = this.state.names.idOf('account', after);
    if (id !== undefined && scope.seesAccount(id)) return id;
    throw unknownName('after', after, 'must be the last account of the page before');
  }
}

/** Place of the first number above `floor` in ascending numbers. */
function firstAbove(ascending: readonly number[], floor: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) > floor) high = middle;
    else low = middle + 1;
  }
  return low;
}
