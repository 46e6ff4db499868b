import type { Planner } from '#libs/default-management';
import { closeAll, FifthThenRest, proRataSlice } from './rival-planners.js';

/** How a breach is answered; one object for one run. */
export interface Policy {
  /** The house's own planner where it is undefined. */
  readonly planner: Planner | undefined;
  /** How long the venue withholds the answer of a filled order. */
  readonly coolDownUs: (account: number) => number;
  /** A liquidation of the account is over. */
  readonly forget: (account: number) => void;
}

export const POLICY_NAMES = ['ours', 'close-all', 'pro-rata', 'fifth-then-rest'] as const;
export type PolicyName = (typeof POLICY_NAMES)[number];

/** As the tables say it. */
export const POLICY_LABELS: Readonly<Record<PolicyName, string>> = {
  ours: 'ours',
  'close-all': 'close the whole account at market',
  'pro-rata': 'pro-rata slice',
  'fifth-then-rest': '20 % then wait, then the rest',
};

const COOL_DOWN_US = 30_000_000;
const none = (): void => undefined;

/** A policy, fresh: some remember whom they have begun to close. */
export function policyOf(name: PolicyName): Policy {
  switch (name) {
    case 'ours':
      return { planner: undefined, coolDownUs: () => 0, forget: none };
    case 'close-all':
      return { planner: closeAll, coolDownUs: () => 0, forget: none };
    case 'pro-rata':
      return { planner: proRataSlice, coolDownUs: () => 0, forget: none };
    case 'fifth-then-rest': {
      const fifth = new FifthThenRest();
      return {
        planner: fifth.plan,
        coolDownUs: (account) => (fifth.isWaiting(account) ? COOL_DOWN_US : 0),
        forget: (account) => fifth.forget(account),
      };
    }
  }
}
