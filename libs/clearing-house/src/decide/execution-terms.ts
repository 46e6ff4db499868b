import type { Measured } from '#libs/events';
import type { Rulebook } from '#libs/margin';
import { A } from '#libs/clearing';
import type { HouseState } from '../state/house-state.js';

/** How a pool carries out its liquidations (docs/rules.md 8b). */
export type ExecutionTerms = Measured<'RulebookPublished'>['executionTerms'][number];

/** Execution terms of a rulebook; undefined: it has none, and orders go out as they are planned. */
export function executionTermsIn(rulebook: Rulebook | undefined): ExecutionTerms | undefined {
  return rulebook?.source.executionTerms[0];
}

/** Execution terms in force for an account. */
export function executionTermsOf(
  { accounts, rulebooks }: HouseState,
  account: number,
): ExecutionTerms | undefined {
  return executionTermsIn(rulebooks.inForce(accounts.get(account, A.pool)));
}
