import { A } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';

/** Accounts of each member, ascending. An account never changes its member, so it only grows. */
export class AccountIndex {
  private readonly byMember = new Map<number, number[]>();
  private indexed = 0;

  constructor(private readonly state: HouseState) {
    this.extend();
  }

  /** Account ids of a member; looked at again, so that new accounts are in it. */
  of(member: number): readonly number[] {
    this.extend();
    return this.byMember.get(member) ?? [];
  }

  private extend(): void {
    const { accounts } = this.state;
    for (; this.indexed < accounts.count; this.indexed++) {
      const id = this.indexed + 1;
      const member = accounts.get(id, A.member);
      const own = this.byMember.get(member);
      if (own === undefined) this.byMember.set(member, [id]);
      else own.push(id);
    }
  }
}
