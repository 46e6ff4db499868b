import { A } from '#libs/clearing';
import { Evaluation, type HouseState } from '#libs/clearing-house';
import { accountView } from '#libs/replay';
import type { SubscribeMessage } from '#libs/wire';
import type { FeedScope } from './feed.js';
import type { StreamLimits } from './limits.js';
import { RefusedMessage } from './stream-fault.js';

/** Numbers under these names are amounts, prices or quantities: decimal strings in JSON. */
const DECIMAL = /(Minor|Ticks|Lots|Micros)$/;

/** The state of an account as JSON text: what a subscription of its channel begins with. */
export interface AccountSnapshot {
  readonly account: string;
  readonly state: string;
}

/**
 * Snapshots of all accounts in a scope, as they are at this moment.
 * @throws RefusedMessage when they are too many or too large
 */
export function snapshotsOf(
  state: HouseState,
  scope: FeedScope,
  message: SubscribeMessage,
  limits: StreamLimits,
): AccountSnapshot[] {
  const accounts = accountsOf(state, scope);
  const refused = new RefusedMessage('snapshot-too-large', 'account', message.request);
  if (accounts.length > limits.snapshotAccounts) throw refused;
  const evaluation = new Evaluation(state);
  let bytes = 0;
  return accounts.map((account) => {
    const { positions, margin, ...view } = accountView(state, account, evaluation);
    const shown = scope.channel === 'margin' ? { ...view, margin } : { ...view, positions };
    const text = JSON.stringify(shown, decimal);
    bytes += text.length;
    if (bytes > limits.snapshotBytes) throw refused;
    return { account: view.account, state: text };
  });
}

function accountsOf({ accounts }: HouseState, { account, member }: FeedScope): number[] {
  if (account !== 0) return [account];
  const found: number[] = [];
  for (let id = 1; id <= accounts.count; id++) {
    if (member === 0 || accounts.get(id, A.member) === member) found.push(id);
  }
  return found;
}

function decimal(key: string, value: unknown): unknown {
  return typeof value === 'number' && DECIMAL.test(key) ? String(value) : value;
}
