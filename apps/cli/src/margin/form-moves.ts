import type { ScenarioParameters } from '#libs/margin';
import { type BreachMove, jointMoves, type MovePoint, type WorstPlace } from '#libs/replay';
import { formatDecimal } from '#libs/units';
import { FormUnit } from './form-unit.js';
import type { PortfolioForm } from './portfolio-reader.js';
import type { RulebookForm } from './rulebook-reader.js';

/** Figures after a move of all prices; a move is a decimal, -0.0522 is 5.22 % down. */
export interface MoveReport {
  readonly move: string;
  readonly equity: string;
  readonly maintenance: string;
  readonly initial: string;
  readonly worstScenarios: readonly (number | 'basis' | null)[];
}

/** The first move in a direction that is a breach: equity is below maintenance, one step before it is not. */
export interface BreachReport extends MoveReport {
  readonly deficit: string;
  readonly spots: readonly { readonly underlying: string; readonly spot: string }[];
  readonly before: MoveReport;
}

/** How far a portfolio is from a breach when all prices move together. */
export interface MovesReport {
  readonly cushion: string;
  readonly down: BreachReport | null;
  readonly up: BreachReport | null;
  readonly curve: readonly MoveReport[];
}

const CURVE = { rangePpm: 300_000, pointCount: 13 } as const;
const PPM_DIGITS = 6;

/** The moves of a form's portfolio (docs/rules.md 6c). @throws ArithmeticOverflow beyond 2^53 units */
export async function formMoves(
  rulebook: RulebookForm,
  parameters: ScenarioParameters,
  form: PortfolioForm,
): Promise<MovesReport> {
  const found = await jointMoves(new FormUnit(parameters, form), CURVE);
  const amount = (minor: number): string => formatDecimal(minor, rulebook.minorDigits);
  const point = (move: MovePoint): MoveReport => ({
    move: formatDecimal(move.shockPpm, PPM_DIGITS),
    equity: amount(move.equityMinor),
    maintenance: amount(move.maintenanceMinor),
    initial: amount(move.initialMinor),
    worstScenarios: (move.worstScenario ?? []).map(placeOf),
  });
  const breach = (move: BreachMove | undefined): BreachReport | null =>
    move === undefined
      ? null
      : {
          ...point(move),
          deficit: amount(move.deficitMinor),
          spots: move.marks.map(({ instrument, priceTicks }) => ({
            underlying: form.names.underlyings[instrument] ?? '',
            spot: formatDecimal(priceTicks, form.tickDigits[instrument] ?? 0),
          })),
          before: point(move.before),
        };
  return {
    cushion: amount(found.cushionMinor),
    down: breach(found.down),
    up: breach(found.up),
    curve: found.curve.map(point),
  };
}

function placeOf(place: WorstPlace): number | 'basis' | null {
  return place === 'none' ? null : place;
}
