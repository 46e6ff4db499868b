import type { Grant } from '#libs/access';
import { A } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';

/** No member has this id, 0 included: accounts without a member bear that. */
const NOT_ADMITTED = -1;

/** Whose accounts a token may see. */
export class MemberScope {
  /** Id of the one member; undefined for those who see all. */
  readonly member: number | undefined;

  constructor(
    private readonly state: HouseState,
    grant: Grant,
  ) {
    this.member =
      grant.role === 'member'
        ? (state.names.idOf('member', grant.member ?? '') ?? NOT_ADMITTED)
        : undefined;
  }

  seesAll(): boolean {
    return this.member === undefined;
  }

  seesMember(member: number): boolean {
    return this.member === undefined || member === this.member;
  }

  seesAccount(account: number): boolean {
    if (this.member === undefined) return true;
    const { accounts } = this.state;
    return accounts.has(account) && this.seesMember(accounts.get(account, A.member));
  }
}
