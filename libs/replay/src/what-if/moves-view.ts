import type { HouseState } from '#libs/clearing-house';
import { A } from '#libs/clearing';
import type { VolatilityShock } from '#libs/margin';
import type { FrozenUnit } from './frozen-unit.js';
import { type BreachMove, type JointMoves, type MovePoint, STEP_PPM } from './joint-moves.js';

/** One scenario of the rulebook, to read places in `worstScenario` by. */
interface ScenarioView {
  readonly priceShockPpb: number;
  readonly volatility: VolatilityShock;
  readonly weightPpb: number;
}

/** The first move in a direction that is a breach, with the prices that it leads to. */
export type BreachView = Omit<BreachMove, 'marks'> & {
  readonly marks: readonly { readonly instrument: string; readonly priceTicks: number }[];
};

/** How far a unit is from a breach, as plain data; amounts in minor units of `currency`. */
export interface MovesView {
  /** The margin unit: the account, or the parent that it is judged with. */
  readonly unit: string;
  readonly pool: string;
  readonly currency: string;
  readonly model: 'linear' | 'scenario';
  readonly rulebookVersion: number;
  /** Valuation epoch of the figures without a move. */
  readonly epoch?: number;
  readonly gated: boolean;
  readonly stepPpm: number;
  readonly now: MovePoint;
  readonly cushionMinor: number;
  readonly nearest: 'down' | 'up' | null;
  readonly down: BreachView | null;
  readonly up: BreachView | null;
  readonly searched: JointMoves['searched'];
  readonly scenarios: readonly ScenarioView[] | null;
  readonly curve: readonly MovePoint[];
}

/** Names for the ids of a found answer. */
export function movesView(
  { accounts, names }: HouseState,
  unit: number,
  frozen: FrozenUnit,
  moves: JointMoves,
): MovesView {
  const { rulebook, baseCurrency, gated } = frozen;
  const { scenario } = rulebook;
  const breach = (move: BreachMove | undefined): BreachView | null =>
    move === undefined
      ? null
      : {
          ...move,
          marks: move.marks.map(({ instrument, priceTicks }) => ({
            instrument: names.nameOf('instrument', instrument) ?? '',
            priceTicks,
          })),
        };
  return {
    unit: names.nameOf('account', unit) ?? '',
    pool: names.nameOf('pool', accounts.get(unit, A.pool)) ?? '',
    currency: names.nameOf('currency', baseCurrency) ?? '',
    model: scenario === undefined ? 'linear' : 'scenario',
    rulebookVersion: rulebook.source.rulebookVersion,
    ...(frozen.valuation === undefined ? {} : { epoch: frozen.valuation.inputs.epoch }),
    gated,
    stepPpm: STEP_PPM,
    now: moves.now,
    cushionMinor: moves.cushionMinor,
    nearest: moves.nearest ?? null,
    down: breach(moves.down),
    up: breach(moves.up),
    searched: moves.searched,
    scenarios:
      scenario?.scenarios.map(({ priceShockPpb, volatility, weightPpb }) => ({
        priceShockPpb,
        volatility,
        weightPpb,
      })) ?? null,
    curve: moves.curve,
  };
}
