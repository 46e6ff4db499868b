import type { Measured } from '#libs/events';
import type { Planner } from '#libs/default-management';
import type { AmountMinor, Ppm } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import type { Judgement } from './judgement.js';

/** What a decision may use: the state, and a way to record what it decides. */
export interface DecisionContext {
  readonly state: HouseState;
  readonly judgement: Judgement;
  /** The logic in force. */
  readonly logic: Logic;
  /** For studies: plans liquidations instead of the house's own planner. */
  readonly planner: Planner | undefined;
  /**
   * Records a decision caused by the event `cause` (a sequence of the same frame) and applies it at
   * once. Returns its sequence.
   */
  emit(message: Measured, cause: number): number;
}

/** What a logic version decides in its own way; everything else is shared by all versions. */
export interface Logic {
  readonly version: number;
  /** Fee of a notional at a rate, minor units. */
  feeMinor(notionalMinor: AmountMinor, ratePpm: Ppm): AmountMinor;
  /** Whether `feeMinor` is the ceiling, as `PlainTrades` knows it. */
  readonly roundsFeesUp: boolean;
  /**
   * Whether an order whose deadline has passed makes its account reduce-only at novation-on-ack venues
   * until it has ended, and ends when it is wholly filled, without the venue's answer.
   */
  readonly resolvesSilence: boolean;
  /** Whether novation-on-ack venues are refused what adds risk in a market whose mark is stale. */
  readonly gatesStaleMarkets: boolean;
  /** Whether steps of account sagas push credit limits to the venues. */
  readonly setsCreditLimits: boolean;
  /** Whether a forward of a surface moves with the mark up to the largest price and no further. */
  readonly capsForwards: boolean;
  /** Whether whoever holds what cannot be valued may add no risk at novation-on-ack venues. */
  readonly refusesUnvalued: boolean;
  /** Whether liquidations are planned at least cost, with a record of the plan. */
  readonly plansLeastCost: boolean;
}
