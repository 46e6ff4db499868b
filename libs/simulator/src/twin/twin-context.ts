import type { Message, MessageNamed } from '#libs/events';
import type { TwinState } from './twin-state.js';

/** What the rules may use: the state, and a way to say which event is expected next. */
export interface TwinContext {
  readonly state: TwinState;
  /** Notes an expected event caused by `cause`; returns its sequence. */
  emit(message: Message, cause: number): number;
  /** The next plan that the house made for a unit in this step; undefined when it made none. */
  nextPlan(unit: number): MessageNamed<'LiquidationPlanned'> | undefined;
  /** The next step of a unit under liquidation that waits for no venue. */
  continueLiquidation(unit: number, cause: number): void;
}
