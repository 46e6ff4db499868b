import { Decimal } from 'decimal.js';

/** What the kernels are compared with: the same functions with 60 digits, by other methods. */
export const D = Decimal.clone({ precision: 60, minE: -9e15, maxE: 9e15 });
export type Real = Decimal;

/** The very number that a double is; the constructor would take its shortest text. */
export function exact(x: number): Real {
  let scaled = x;
  let twos = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    twos += 1;
  }
  return new D(BigInt(scaled).toString()).div(new D(2).pow(twos));
}

const SQRT_2PI = D.acos(-1).mul(2).sqrt();

export function decimalDensity(x: Real): Real {
  return x.mul(x).div(-2).exp().div(SQRT_2PI);
}

/** N(x): a power series near 0 and Laplace's continued fraction further out. */
export function decimalDistribution(x: Real): Real {
  if (x.gte(3)) return new D(1).minus(decimalDistribution(x.neg()));
  if (x.lte(-3)) return decimalDensity(x).mul(decimalMills(x.neg()));
  let term = x;
  let sum = x;
  for (let n = 3; term.abs().gt(1e-60); n += 2) {
    term = term.mul(x).mul(x).div(n);
    sum = sum.plus(term);
  }
  return decimalDensity(x).mul(sum).plus(0.5);
}

/** (1 - N(z)) / n(z) for z >= 0. */
export function decimalMills(z: Real): Real {
  if (z.lt(3)) return decimalDistribution(z.neg()).div(decimalDensity(z));
  let fraction = new D(0);
  for (let k = z.lt(8) ? 260 : 60; k > 0; k -= 1) fraction = new D(k).div(z.plus(fraction));
  return new D(1).div(z.plus(fraction));
}

/** F N(d1) - K N(d2), or of the put: out of the money, where no digits are lost in it. */
export function decimalOutOfTheMoney(forward: number, strike: number, deviation: number): Real {
  const [f, k, s] = [exact(forward), exact(strike), exact(deviation)];
  const distance = f.div(k).ln();
  const d1 = distance.div(s).plus(s.div(2));
  const d2 = d1.minus(s);
  return forward <= strike
    ? f.mul(decimalDistribution(d1)).minus(k.mul(decimalDistribution(d2)))
    : k.mul(decimalDistribution(d2.neg())).minus(f.mul(decimalDistribution(d1.neg())));
}

/** How far a double is from the true value, in units of 2^-53 of it. */
export function relativeError(actual: number, truth: Real): number {
  return exact(actual).minus(truth).div(truth).abs().mul(9007199254740992).toNumber();
}

/** How far a double is from the true value, in units of its last place there. */
export function ulpError(actual: number, truth: Real): number {
  const nearest = Math.abs(truth.toNumber());
  const next = nearest < 2 ** -1022 ? 2 ** -1074 : 2 ** (Math.floor(Math.log2(nearest)) - 52);
  return exact(actual).minus(truth).abs().div(exact(next)).toNumber();
}

/** `count` figures spread evenly over [from, to], moved a little so that none is round. */
export function spread(from: number, to: number, count: number): number[] {
  const step = (to - from) / count;
  return Array.from({ length: count }, (_, i) => from + step * (i + ((i * 0.618034) % 1)));
}
