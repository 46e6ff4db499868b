import {
  ArithmeticOverflow,
  checkedAdd,
  checkedMultiply,
  invariant,
  SAFE_LIMIT,
} from '#libs/units';

/** Parts of a minor unit to which a figure of one lot is rounded. */
export const PARTS = 1_000_000;

/** A figure of one lot in whole minor units and millionths of one; both have its sign. */
export interface LotFigure {
  readonly whole: number;
  readonly parts: number;
}

/**
 * Rounds a figure of one lot to millionths of a minor unit, the nearest, halves away from zero.
 * @throws ArithmeticOverflow when it is beyond 2^53 minor units
 */
export function lotFigure(minor: number): LotFigure {
  if (!(Math.abs(minor) < SAFE_LIMIT)) throw new ArithmeticOverflow('figure of a lot', [minor]);
  const whole = Math.trunc(minor);
  const rest = minor - whole;
  const parts = Math.sign(rest) * Math.floor(Math.abs(rest) * PARTS + 0.5);
  invariant(Math.abs(parts) <= PARTS, 'parts are at most a minor unit');
  return { whole: whole + 0, parts: parts + 0 };
}

/**
 * A sum of lots x figures without error, so that it does not depend on the order, lots that cancel leave
 * exactly nothing, and it is rounded once.
 */
export class ExactSum {
  private whole = 0;
  private parts = 0;

  /** @throws ArithmeticOverflow beyond 2^53 */
  add(lots: number, { whole, parts }: LotFigure): void {
    this.addParts(checkedMultiply(lots, whole), checkedMultiply(lots, parts));
  }

  /** Adds another sum. @throws ArithmeticOverflow beyond 2^53 */
  addSum(other: ExactSum): void {
    this.addParts(other.whole, other.parts);
  }

  /** To whole minor units, the nearest, halves away from zero. */
  get minor(): number {
    const { whole, parts } = this;
    invariant(Math.abs(parts) < PARTS, 'parts are below a minor unit');
    // Whole and parts may differ in sign: the sum is between two whole numbers all the same.
    const sign = Math.sign(whole === 0 ? parts : whole);
    const beyond = sign * parts;
    if (beyond >= PARTS / 2) return whole + sign;
    return (beyond < -PARTS / 2 ? whole - sign : whole) + 0;
  }

  private addParts(whole: number, parts: number): void {
    const sum = checkedAdd(this.parts, parts);
    const carried = Math.trunc(sum / PARTS);
    this.whole = checkedAdd(checkedAdd(this.whole, whole), carried);
    this.parts = sum - carried * PARTS;
  }
}
