import type { MessageNamed } from '#libs/events';
import type { Random } from '../market/random.js';
import type { TwinState } from '../twin/twin-state.js';
import type { WorldPlan } from './world-plan.js';

export interface RememberedTrade {
  readonly sequence: number;
  readonly message: MessageNamed<'TradeNovated'>;
  isBusted: boolean;
}

/** What every part of a world sees: its seed's draws, its plan, and the house as it stands. */
export interface WorldContext {
  readonly random: Random;
  readonly plan: WorldPlan;
  /** The house by the twin's account of it; read only. */
  readonly state: Readonly<TwinState>;
  /** Trades novated so far. */
  readonly trades: RememberedTrade[];
  /** A number that was not given before: for names and trade numbers. */
  nextNumber(): number;
}

/** One of a list, or undefined when it is empty. */
export function oneOf<T>(random: Random, list: readonly T[]): T | undefined {
  return list[random.below(Math.max(1, list.length))];
}

/** Ids whose rows fulfil a condition. */
export function idsWhere<T>(
  rows: ReadonlyMap<number, T>,
  condition: (row: T, id: number) => boolean,
): number[] {
  const ids: number[] = [];
  for (const [id, row] of rows) if (condition(row, id)) ids.push(id);
  return ids;
}
