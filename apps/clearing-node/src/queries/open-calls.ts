import { A, SAGA } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import { layouts, offsetsOf } from '#libs/events';

const ISSUED = layouts.MarginCallIssued.templateId;
const AT = offsetsOf('MarginCallIssued');

/** Accounts that are called, without looking at every account: calls are noted as they come. */
export class OpenCalls {
  private readonly noted = new Set<number>();

  constructor(private readonly state: HouseState) {
    const { accounts } = state;
    for (let id = 1; id <= accounts.count; id++) {
      if (accounts.get(id, A.sagaState) === SAGA.called) this.noted.add(id);
    }
  }

  /** Looks at one record of a frame that was just folded. */
  note(templateId: number, view: DataView, at: number): void {
    if (templateId === ISSUED) this.noted.add(view.getUint32(at + AT.account, true));
  }

  /** Ids of the accounts that are called now. */
  accounts(): number[] {
    for (const id of this.noted) {
      if (this.state.accounts.get(id, A.sagaState) !== SAGA.called) this.noted.delete(id);
    }
    return [...this.noted].sort((a, b) => a - b);
  }
}
