import { divideFloor, invariant, multiplyDivideFloor, productParts } from '#libs/units';
import type { ScenarioEvaluation } from './evaluation.js';
import { BILLION } from './parameters.js';
import type { ScenarioPortfolio, Segment } from './portfolio.js';
import { basisUpColumn, FIRST_SCENARIO, NOW } from './risk-row.js';
import { BASIS, NO_LOSS, offsetGain } from './scan.js';
import { settle } from './shares.js';
import { collateralGain, isSkew } from './underlying-risk.js';
import { TRILLION } from './expiry-shocks.js';

/** What one leg adds to the worst loss of one component of the scenarios. */
export interface LegLoss {
  /** Place in the market; COLLATERAL. */
  readonly instrument: number;
  readonly lots: number;
  readonly component: number;
  /** Loss positive; a leg that gains takes off. */
  amountMinor: number;
}

/** Place of collateral among legs: it is of no instrument. */
export const COLLATERAL = -1;

/** Most minor units that the roundings between a leg and its portfolio can leave on a leg. */
const ROUNDINGS = 8;

/**
 * Each leg's part of the worst loss, by component; together exactly the joint worst loss. A leg's part
 * follows the steps of the evaluation (discount by its expiry's sign, skew, weight, offset), rounded;
 * what rounding leaves is settled over the legs of an underlying in their order.
 */
export function legLosses(evaluation: ScenarioEvaluation, portfolio: ScenarioPortfolio): LegLoss[] {
  const all: LegLoss[] = [];
  evaluation.scan.worst.forEach((scenario, component) => {
    if (scenario === NO_LOSS) return;
    invariant(component < evaluation.scan.worst.length, 'a component has a worst scenario');
    evaluation.risks.forEach((risk, underlying) => {
      if (!risk.held) return;
      const legs = portfolio.segments
        .filter((segment) => segment.underlying === underlying)
        .flatMap((segment) => segmentLegs({ evaluation, portfolio, segment, scenario, component }));
      legs.push(...collateralLegs(evaluation, portfolio, { underlying, scenario, component }));
      const exact = -underlyingGain(evaluation, underlying, scenario);
      const sum = legs.reduce((total, { amountMinor }) => total + amountMinor, 0);
      settle(legs, exact - sum, ROUNDINGS);
      all.push(...legs.filter(({ amountMinor }) => amountMinor !== 0));
    });
  });
  const total = all.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  invariant(total === evaluation.scan.jointMinor, 'the losses of the legs are the worst loss');
  return all;
}

/** Collateral that moves with an underlying, as legs of their own; moves of expiries do not concern it. */
function collateralLegs(
  { arrays, risks }: ScenarioEvaluation,
  { collateral }: ScenarioPortfolio,
  of: { readonly underlying: number; readonly scenario: number; readonly component: number },
): LegLoss[] {
  const { underlying, scenario, component } = of;
  const definition = arrays.parameters.scenarios[scenario];
  if (definition === undefined) return [];
  const offset = arrays.parameters.offsets.gainPpb[underlying] ?? 0;
  const share = risks[underlying]!.gains[scenario]! > 0 ? offset : BILLION;
  invariant(share >= 0 && share <= BILLION, 'a gain counts for at most itself');
  return collateral
    .filter((own) => own.underlying === underlying)
    .map(({ valueMinor }) => {
      const gain = collateralGain(definition, valueMinor);
      const weighted = multiplyDivideFloor(gain, definition.weightPpb, BILLION);
      const amountMinor = 0 - multiplyDivideFloor(weighted, share, BILLION);
      return { instrument: COLLATERAL, lots: valueMinor, component, amountMinor };
    });
}

/** What an underlying counts in a scenario, after the offset rule; in its basis charge in full. */
function underlyingGain(
  { scan, risks, arrays }: ScenarioEvaluation,
  underlying: number,
  scenario: number,
): number {
  invariant(scenario < scan.gains.length, 'a worst scenario is one of the scenarios');
  const risk = risks[underlying]!;
  if (scenario === BASIS) return risk.basisMinor;
  const gainPpb = arrays.parameters.offsets.gainPpb[underlying] ?? 0;
  return offsetGain(risk.gains[scenario]!, gainPpb);
}

interface Place {
  readonly evaluation: ScenarioEvaluation;
  readonly portfolio: ScenarioPortfolio;
  readonly segment: Segment;
  readonly scenario: number;
  readonly component: number;
}

function segmentLegs(place: Place): LegLoss[] {
  const { evaluation, portfolio, segment, scenario, component } = place;
  const { parameters, market } = evaluation.arrays;
  const gains = scenario === BASIS ? basisGains(place) : scenarioGains(place);
  const offset = parameters.offsets.gainPpb[segment.underlying] ?? 0;
  const risk = evaluation.risks[segment.underlying]!;
  const share = scenario !== BASIS && risk.gains[scenario]! > 0 ? offset : BILLION;
  return gains.map((gain, k) => {
    const row = portfolio.rows[segment.from + k]!;
    invariant(market.instruments[row] !== undefined, 'a leg is of an instrument of the market');
    const amountMinor = 0 - multiplyDivideFloor(gain, share, BILLION);
    return { instrument: row, lots: portfolio.lots[segment.from + k]!, component, amountMinor };
  });
}

/** Gains of a segment's legs in a scenario: discounted by the sign of the whole, weighted. */
function scenarioGains(place: Place): number[] {
  const { evaluation, segment, scenario } = place;
  const { parameters, shocks } = evaluation.arrays;
  const definition = parameters.scenarios[scenario]!;
  invariant(definition.component === place.component, 'a worst scenario is of its component');
  const column = FIRST_SCENARIO + scenario;
  const shocked = columnOf(place, column);
  let gains = shocked;
  if (segment.options) {
    const now = columnOf(place, NOW);
    const { positivePpt, negativePpt } = shocks[segment.expiry]!;
    const factor = sumOf(shocked) >= 0 ? positivePpt : negativePpt;
    gains = shocked.map((value, k) => multiplyDivideFloor(value, factor, TRILLION) - (now[k] ?? 0));
    if (isSkew(definition) && sumOf(gains) > 0) gains = gains.map((gain) => 0 - gain);
  }
  return gains.map((gain) => multiplyDivideFloor(gain, definition.weightPpb, BILLION));
}

/** Gains of a segment's legs in the worse of its expiry's two basis moves. */
function basisGains(place: Place): number[] {
  const { evaluation, portfolio, segment } = place;
  const { shocks, parameters } = evaluation.arrays;
  const own = shocks[segment.expiry];
  const zero = new Array<number>(segment.to - segment.from).fill(0);
  if (own === undefined) return zero;
  const up = basisUpColumn(parameters);
  const expiry = portfolio.segments.filter(({ expiry: other }) => other === segment.expiry);
  const move = (column: number): number =>
    expiry.reduce((sum, other) => sum + sumOf(moveGains({ ...place, segment: other }, column)), 0);
  const [upMinor, downMinor] = [move(up), move(up + 1)];
  if (Math.min(upMinor, downMinor) >= 0) return zero;
  return moveGains(place, upMinor <= downMinor ? up : up + 1).map((gain) =>
    multiplyDivideFloor(gain, own.basisPpb, BILLION),
  );
}

function moveGains(place: Place, column: number): number[] {
  const moved = columnOf(place, column);
  invariant(column > NOW, 'a move is not the present value');
  if (!place.segment.options) return moved;
  const now = columnOf(place, NOW);
  return moved.map((value, k) => value - (now[k] ?? 0));
}

/** Lots x value of a column for each leg of the segment, minor units, rounded down. */
function columnOf({ evaluation, portfolio, segment }: Place, column: number): number[] {
  const { lower, upper, columns, parameters } = evaluation.arrays;
  const parts = new Float64Array(2);
  const values: number[] = [];
  for (let k = segment.from; k < segment.to; k++) {
    const quantity = portfolio.lots[k]!;
    const bounds = quantity > 0 ? lower : upper;
    const value = bounds[portfolio.rows[k]! * columns + column]!;
    productParts(quantity, value, parameters.riskUnitsPerMinor, parts);
    values.push(divideFloor(parts[0]!, 1));
  }
  return values;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
