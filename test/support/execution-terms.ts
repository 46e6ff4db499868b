import { catalogue, type EventName, type Field, type MessageNamed } from '#libs/events';
import type { HouseDriver } from './house-driver.js';
import { rulebook } from './small-house.js';

export type ExecutionTerms = MessageNamed<'RulebookPublished'>['executionTerms'][number];

/** Every term at its default, which switches its rule off. */
export const neutralExecution = Object.fromEntries(
  Object.entries<Field>(catalogue.RulebookPublished.fields.executionTerms.fields).map(
    ([name, field]) => [name, ('default' in field ? field.default : undefined) ?? 0],
  ),
) as unknown as ExecutionTerms;

/** The small house's rulebook, version 2, with execution terms. */
export function executionRulebook(terms: Partial<ExecutionTerms>) {
  return {
    ...rulebook,
    rulebookVersion: 2,
    executionTerms: [{ ...neutralExecution, ...terms }],
  } as const;
}

/** Puts execution terms in force in the exchange pool. */
export function publishTerms(driver: HouseDriver, terms: Partial<ExecutionTerms>): void {
  driver.accept(executionRulebook(terms));
  driver.drain();
}

/** Decisions that only execution terms lead to. */
export const EXECUTION_EVENTS: readonly EventName[] = [
  'LiquidationPaced',
  'LiquidationDeferred',
  'LiquidationResumed',
  'LiquidationAttemptFailed',
  'BreakerReferenceSet',
  'MarketHalted',
  'MarketResumed',
  'DeleveragingStarted',
  'DeleveragingContinued',
  'PositionDeleveraged',
  'DeleveragingSkipped',
  'DeleveragingEnded',
  'PortfolioTakenOver',
  'TakeOverDeclined',
  'HedgeLost',
  'HedgeGraceEnded',
];
