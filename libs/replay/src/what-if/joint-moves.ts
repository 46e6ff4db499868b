import { invariant } from '#libs/units';
import type { MovedFigures } from './frozen-unit.js';

/** A joint move is a whole number of steps: one hundredth of a per cent. */
export const STEP_PPM = 100;
/** How far a breach is looked for: to almost nothing, and to six times the price. */
const DOWN_MAX_PPM = 999_900;
const UP_MAX_PPM = 5_000_000;

/** A unit whose figures after any joint move can be asked for. */
export interface MovableUnit {
  /** Largest move up that no price limit cuts off, ppm. */
  readonly upMaxPpm: number;
  at(shockPpm: number): MovedFigures;
  /** Prices after a move, ticks. */
  marksAt(shockPpm: number): { readonly instrument: number; readonly priceTicks: number }[];
}

/** Figures after a move of all prices by `shockPpm`. */
export interface MovePoint extends MovedFigures {
  readonly shockPpm: number;
}

/** The first move in a direction at which the unit is in breach. */
export interface BreachMove extends MovePoint {
  /** Maintenance less equity. */
  readonly deficitMinor: number;
  /** Marks after the move: the liquidation price, of each instrument that the unit hangs on. */
  readonly marks: readonly { readonly instrument: number; readonly priceTicks: number }[];
  /** One step less: not in breach. */
  readonly before: MovePoint;
}

/** How far a unit is from a breach when everything moves together. */
export interface JointMoves {
  readonly now: MovePoint;
  /** Equity less maintenance: below 0 it is in breach without a move, and none is looked for. */
  readonly cushionMinor: number;
  /** Undefined when there is none as far as it was looked for, `searched`. */
  readonly down: BreachMove | undefined;
  readonly up: BreachMove | undefined;
  /** Which of the two is nearer; undefined when there is none, or it is in breach now. */
  readonly nearest: 'down' | 'up' | undefined;
  readonly searched: { readonly downPpm: number; readonly upPpm: number };
  readonly curve: readonly MovePoint[];
}

/** A curve from -range to +range, in an odd number of points; 0 is one of them. */
export interface CurveOf {
  readonly rangePpm: number;
  readonly pointCount: number;
}

/**
 * Nearest breaches of a unit when all prices move together, and the curve of its figures. Looked at are every
 * quarter per cent up to 10 %, every per cent up to 100 %, every 5 % beyond; between two looks the step at
 * which the breach begins is found by bisection, so that it is in breach there and not one step before.
 * A breach that begins and ends between two looks is not seen.
 *
 * @param pause called between evaluations, so that long work can be cut
 */
export async function jointMoves(
  unit: MovableUnit,
  curve: CurveOf,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<JointMoves> {
  const upPpm = floorToStep(Math.min(UP_MAX_PPM, unit.upMaxPpm));
  const now = pointAt(unit, 0);
  const isIn = isBreach(now);
  const down = isIn ? undefined : await nearestBreach(unit, -1, DOWN_MAX_PPM, pause);
  const up = isIn ? undefined : await nearestBreach(unit, 1, upPpm, pause);
  const points: MovePoint[] = [];
  for (const shockPpm of curveShocks(curve, upPpm)) {
    points.push(pointAt(unit, shockPpm));
    await pause();
  }
  return {
    now,
    cushionMinor: now.equityMinor - now.maintenanceMinor,
    down,
    up,
    nearest: nearestOf(down, up),
    searched: { downPpm: DOWN_MAX_PPM, upPpm },
    curve: points,
  };
}

function nearestOf(down?: BreachMove, up?: BreachMove): 'down' | 'up' | undefined {
  if (down === undefined) return up === undefined ? undefined : 'up';
  if (up === undefined) return 'down';
  return -down.shockPpm <= up.shockPpm ? 'down' : 'up';
}

function pointAt(unit: MovableUnit, shockPpm: number): MovePoint {
  return { shockPpm, ...unit.at(shockPpm) };
}

function isBreach({ equityMinor, maintenanceMinor }: MovedFigures): boolean {
  return equityMinor < maintenanceMinor;
}

/** Sizes of the moves that are looked at, ascending, the last one included. */
function* looks(mostPpm: number): Generator<number> {
  for (let size = 0; size < mostPpm;) {
    size += size < 100_000 ? 2_500 : size < 1_000_000 ? 10_000 : 50_000;
    yield Math.min(size, mostPpm);
  }
}

async function nearestBreach(
  unit: MovableUnit,
  sign: 1 | -1,
  mostPpm: number,
  pause: () => Promise<void>,
): Promise<BreachMove | undefined> {
  let safe = 0;
  for (const size of looks(mostPpm)) {
    await pause();
    if (!isBreach(unit.at(sign * size))) {
      safe = size;
      continue;
    }
    const first = bisect(unit, sign, { safe, breached: size });
    const point = pointAt(unit, sign * first);
    return {
      ...point,
      deficitMinor: point.maintenanceMinor - point.equityMinor,
      marks: unit.marksAt(point.shockPpm),
      before: pointAt(unit, sign * (first - STEP_PPM)),
    };
  }
  return undefined;
}

/** A size in (safe, breached], in whole steps, that is in breach while one step less is not. */
function bisect(
  unit: MovableUnit,
  sign: 1 | -1,
  { safe, breached }: { readonly safe: number; readonly breached: number },
): number {
  let [low, high] = [safe, breached];
  while (high - low > STEP_PPM) {
    const middle = floorToStep((low + high) / 2);
    invariant(middle > low && middle < high, 'the middle is between the ends');
    if (isBreach(unit.at(sign * middle))) high = middle;
    else low = middle;
  }
  return high;
}

function floorToStep(ppm: number): number {
  return Math.floor(ppm / STEP_PPM) * STEP_PPM;
}

/** Evenly spaced whole steps, less what prices cannot move to. */
function curveShocks({ rangePpm, pointCount }: CurveOf, upMaxPpm: number): number[] {
  invariant(pointCount >= 3 && pointCount % 2 === 1, 'a curve has its middle at no move');
  invariant(rangePpm >= STEP_PPM && rangePpm <= DOWN_MAX_PPM, 'prices stay above 0');
  const half = (pointCount - 1) / 2;
  const shocks = Array.from({ length: pointCount }, (_, k) => {
    const size = floorToStep((Math.abs(k - half) / half) * rangePpm);
    return k < half ? 0 - size : size;
  });
  return [...new Set(shocks)].filter((shock) => shock <= upMaxPpm);
}
