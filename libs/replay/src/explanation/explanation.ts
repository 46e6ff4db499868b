import { HouseState, logicOf } from '#libs/clearing-house';
import { A, SAGA } from '#libs/clearing';
import {
  cheapestSingleOrder,
  type LiquidationPlan,
  PLAN,
  planAtLeastCost,
  planLiquidation,
  type Rejected,
} from '#libs/default-management';
import type { EventLog } from '#libs/event-log';
import type { Measured, Message, MessageNamed } from '#libs/events';
import { invariant } from '#libs/units';
import { EventReader, type RecordedEvent } from '../event-reader.js';
import { recover } from '../recovery.js';
import { type Aftermath, aftermathOf } from './aftermath.js';
import { type ChainStep, chainOf } from './chain.js';
import { type Cure, curesOf, missingMinor } from './cures.js';
import { applyAndCompare, type Effect } from './effects.js';
import { type LadderStep, ladderOf } from './ladder-steps.js';
import { breakdownOf, type MarginBreakdown } from './margin-breakdown.js';
import { isMiss, type MarginQuestion, marginQuestionOf } from './margin-question.js';

/** One order of the plan that the rulebook asks for at this moment. */
export interface PlanStep {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantityLots: number;
  readonly limitPriceTicks: number;
  readonly equityAfterMinor: number;
  readonly maintenanceAfterMinor: number;
  /** What it costs by slippage to its limit and fee; not there before logic version 4. */
  readonly costMinor?: number;
}

/** The margin evaluation behind a decision. */
export interface MarginExplanation {
  readonly breakdown: MarginBreakdown;
  /** Which level was missed, and by how much (0: held). */
  readonly level: string;
  readonly missingMinor: number;
  /** What differs from the account as it stood (a refused trade, a withdrawal). */
  readonly hypothesis?: string;
  readonly cures: readonly Cure[];
  /** What the rulebook's liquidation plan takes, when the unit is to be liquidated. */
  readonly plan: readonly PlanStep[];
  /** Positions that the plan leaves alone, and why; empty before logic version 4. */
  readonly rejected: readonly Rejected[];
}

/** Why an event happened. Numbers are minor units, ticks and lots; ids need `state` for names. */
export interface Explanation {
  readonly event: RecordedEvent;
  /** Oldest first; the last is the event itself. */
  readonly chain: readonly ChainStep[];
  readonly aftermath: Aftermath;
  readonly effects: readonly Effect[];
  readonly margin?: MarginExplanation;
  /** Of a covered shortfall: the whole ladder of that account. */
  readonly ladder?: readonly LadderStep[];
  /** The state right after the event: names, currencies, rulebooks. */
  readonly state: HouseState;
}

/**
 * Explains one event of a log; undefined when there is none of that sequence. Every figure comes
 * from the functions that decided, run on the recorded state just before the event.
 * @throws LogCorruption; InvariantViolation when a figure cannot be reproduced
 */
export async function explain(
  log: EventLog,
  snapshotDirectory: string | undefined,
  sequence: number,
): Promise<Explanation | undefined> {
  const reader = new EventReader(log);
  try {
    return await explainWith(reader, snapshotDirectory, sequence);
  } finally {
    await reader.close();
  }
}

async function explainWith(
  reader: EventReader,
  snapshotDirectory: string | undefined,
  sequence: number,
): Promise<Explanation | undefined> {
  const { log } = reader;
  const event = await reader.at(sequence);
  if (event === undefined) return undefined;
  const stateBefore = async (at: number): Promise<HouseState> =>
    at <= 1
      ? new HouseState()
      : (await recover(log, snapshotDirectory, { sequence: at - 1 })).state;
  const state = await stateBefore(sequence);
  state.timers.isActive = false;
  if (event.timeUs > state.clock.timeUs) state.clock.timeUs = event.timeUs;
  const chain = await chainOf(event, reader, stateBefore);
  const breach = breachIn(chain);
  const question = marginQuestionOf(event.message, state);
  const margin = question === undefined ? undefined : explainMargin(event, question);
  const ladder = await ladderOf(event, reader, state);
  return {
    event,
    chain,
    aftermath: await aftermathOf(event, breach, reader),
    ...(margin === undefined ? {} : { margin }),
    ...(ladder === undefined ? {} : { ladder }),
    effects: effectsOf(state, event),
    state,
  };
}

/** What it changed; the parts of a sweep slice must sum to what it says it moved. */
function effectsOf(state: HouseState, event: RecordedEvent): Effect[] {
  const effects = applyAndCompare(state, event);
  const { message } = event;
  if (message.type === 'SweepContinued') {
    let moved = 0;
    for (const { what, before, after } of effects) if (what === 'balance') moved += after - before;
    invariant(
      moved === message.collectedMinor - message.paidMinor,
      'the accounts of a slice sum to what it moved',
    );
  }
  return effects;
}

/** The breach that an event's chain goes back to; itself if it is one. */
function breachIn(chain: readonly ChainStep[]): RecordedEvent | undefined {
  return chain
    .map(({ event }) => event)
    .findLast(({ message }) => message.type === 'MarginBreached');
}

function explainMargin(
  { message }: RecordedEvent,
  question: MarginQuestion,
): MarginExplanation | undefined {
  const missing = missingMinor(question);
  const { evaluation, state, unit } = question;
  const breakdown = breakdownOf(state, evaluation, unit);
  if (breakdown === undefined) return undefined;
  if ('equityMinor' in message) {
    invariant(
      breakdown.equityMinor === message.equityMinor &&
        breakdown.maintenanceMinor === message.maintenanceMinor &&
        breakdown.initialMinor === message.initialMinor,
      'the figures of a margin decision are found again',
    );
  }
  const miss = isMiss(message);
  const plan = miss && question.change === undefined ? planOf(question, message) : NO_PLAN;
  return {
    breakdown,
    level: question.level,
    missingMinor: Math.max(0, missing),
    ...(question.hypothesis === undefined ? {} : { hypothesis: question.hypothesis }),
    plan: plan.tranches,
    rejected: plan.rejected,
    cures: miss ? [...curesOf(question), ...plan.cures] : [],
  };
}

interface ExplainedPlan {
  readonly tranches: readonly PlanStep[];
  readonly rejected: readonly Rejected[];
  readonly cures: readonly Cure[];
}

const NO_PLAN: ExplainedPlan = { tranches: [], rejected: [], cures: [] };

/** The plan that restores the target from here; empty when it is held or nothing is to be sold. */
function planOf(question: MarginQuestion, message: Message): ExplainedPlan {
  const { evaluation, state, unit } = question;
  if (question.level === 'warning' || question.level === 'zero') return NO_PLAN;
  if (missingMinor({ ...question, level: 'target' }) <= 0) return NO_PLAN;
  if (evaluation.rulebook === undefined || evaluation.figures.gated) return NO_PLAN;
  if (state.accounts.get(unit, A.sagaState) > SAGA.liquidating) return NO_PLAN;
  const isPlan = message.type === 'LiquidationPlanned';
  const input = evaluation.planInput(isPlan && message.outcome === PLAN.closeOut);
  if (logicOf(state.clock.logicVersion)?.plansLeastCost !== true) {
    return { ...NO_PLAN, tranches: planLiquidation(input) };
  }
  const single = cheapestSingleOrder(input);
  const cures: Cure[] = single === undefined ? [] : [{ kind: 'order', ...single }];
  const plan = planAtLeastCost(input);
  // Execution terms bind it by what was ordered since, which is not there any more.
  if (isPlan && !isPaced(evaluation.rulebook.source)) assertSame(message, plan);
  return { ...plan, cures };
}

function isPaced({
  executionTerms,
}: Pick<Measured<'RulebookPublished'>, 'executionTerms'>): boolean {
  return executionTerms.length > 0;
}

/** A recorded plan is what the planner makes of the recorded state: cut only where its breach ran out of numbers. */
function assertSame(recorded: MessageNamed<'LiquidationPlanned'>, plan: LiquidationPlan): void {
  recorded.tranches.forEach((tranche, at) => {
    const again = plan.tranches[at];
    invariant(
      again?.instrument === tranche.instrument &&
        again.account === tranche.account &&
        again.quantityLots === tranche.quantityLots &&
        again.costMinor === tranche.costMinor &&
        again.worstScenario === tranche.worstScenario,
      'a recorded plan is found again',
    );
  });
  invariant(recorded.leastCostMinor === plan.leastCostMinor, 'its least cost is found again');
}
