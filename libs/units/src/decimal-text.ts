import { isSafe } from './bounds.js';
import { invariant } from './invariant.js';

/** Beyond 15 fractional digits a double has no integer part left. */
const MAX_DIGITS = 15;
const SHOWN_TEXT = 40;

/** Text that is not a decimal number of the wanted kind; the message names the text and the rule. */
export class InvalidDecimal extends Error {
  override readonly name = 'InvalidDecimal';
  constructor(text: string, rule: string) {
    const shown = text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}...` : text;
    super(`"${shown}" ${rule}`);
  }
}

/**
 * The integer `text x 10^digits`, exactly: `parseDecimal('1.5', 2)` is 150. Plain notation only: an
 * optional minus sign, digits, and digits after a point; no exponent, plus sign, space or group
 * separator. Trailing zeros beyond `digits` are no digits too many.
 *
 * @throws InvalidDecimal if it is no such text, needs more than `digits` fractional digits, or is
 *   beyond 2^53 in units of 10^-digits
 */
export function parseDecimal(text: string, digits: number): number {
  assertDigits(digits);
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  if (match === null) throw new InvalidDecimal(text, 'is not a decimal number such as -12.5');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) {
    throw new InvalidDecimal(text, `has more than ${String(digits)} digits after the point`);
  }
  const whole = `${match[2] ?? ''}${fraction.padEnd(digits, '0')}`.replace(/^0+(?=[0-9])/, '');
  const magnitude = Number(whole);
  // Comparing the text catches 2^53 + 1, which as a number has been rounded to 2^53.
  if (!isSafe(magnitude) || String(magnitude) !== whole) {
    throw new InvalidDecimal(text, `is beyond 2^53 in units of 10^-${String(digits)}`);
  }
  return match[1] === '-' ? 0 - magnitude : magnitude;
}

/**
 * The decimal text of `value x 10^-digits` with exactly `digits` digits after the point:
 * `formatDecimal(-5, 2)` is `-0.05`. `parseDecimal` gives the value back.
 *
 * @throws InvariantViolation unless value is an integer within 2^53
 */
export function formatDecimal(value: number, digits: number): string {
  assertDigits(digits);
  invariant(isSafe(value), 'a decimal is formatted from an integer within 2^53', () =>
    String(value),
  );
  const sign = value < 0 ? '-' : '';
  const text = String(Math.abs(value)).padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  const point = text.length - digits;
  return `${sign}${text.slice(0, point)}.${text.slice(point)}`;
}

function assertDigits(digits: number): void {
  invariant(
    Number.isInteger(digits) && digits >= 0 && digits <= MAX_DIGITS,
    'a decimal has 0 to 15 digits after the point',
    () => String(digits),
  );
}
