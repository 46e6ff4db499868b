import { Decimal } from 'decimal.js';
import type { Json, JsonObject } from './json.js';

/** Figures of a file in the whole units of the product's functions, and back. */

const UNITS = 1e6;

/**
 * A figure in units of 10^-digits, to the nearest.
 * @throws RangeError naming the figure, unless it is a number within 2^53 units
 */
export function unitsOf(figure: Json | undefined, digits: number, name = 'a figure'): number {
  if (typeof figure !== 'number' && typeof figure !== 'string') {
    throw new RangeError(`${name} is ${JSON.stringify(figure)}; it should be a number`);
  }
  const units = new Decimal(figure).times(new Decimal(10).pow(digits)).round();
  if (units.abs().lte(Number.MAX_SAFE_INTEGER)) return units.toNumber();
  throw new RangeError(`${name} is ${String(figure)}: beyond 2^53 units of 10^-${String(digits)}`);
}

/** A figure by name; what is absent or null is 0. */
export function unitsIn(object: JsonObject, key: string, digits: number): number {
  const figure = object[key] ?? null;
  return figure === null ? 0 : unitsOf(figure, digits, key);
}

export const micros = (object: JsonObject, key: string): number => unitsIn(object, key, 6);
export const wholes = (object: JsonObject, key: string): number => unitsIn(object, key, 0);

/** Units of 10^-digits as a number. */
export function figureOf(units: number, digits: number): number {
  return digits === 6
    ? units / UNITS
    : new Decimal(units).div(new Decimal(10).pow(digits)).toNumber();
}
