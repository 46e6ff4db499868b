import { Decimal, decimal, ONE, ZERO } from './decimal-arithmetic.js';

const SQRT_2PI = Decimal.acos(-1).mul(2).sqrt();

function density(x: Decimal): Decimal {
  return x.mul(x).div(-2).exp().div(SQRT_2PI);
}

/** The normal distribution: a power series near 0, Laplace's continued fraction further out. */
export function decimalNormal(x: Decimal): Decimal {
  if (x.gte(3)) return ONE.sub(decimalNormal(x.neg()));
  if (x.lte(-3)) {
    let fraction = ZERO;
    for (let k = x.gt(-8) ? 260 : 60; k > 0; k -= 1) fraction = decimal(k).div(fraction.sub(x));
    return density(x).div(fraction.sub(x));
  }
  let term = x;
  let sum = x;
  for (let n = 3; term.abs().gt(1e-60); n += 2) {
    term = term.mul(x).mul(x).div(n);
    sum = sum.add(term);
  }
  return density(x).mul(sum).add(0.5);
}

/** Black's undiscounted value in the textbook's form; 60 digits leave enough of the difference. */
export function decimalBlack(
  isCall: boolean,
  forward: Decimal,
  strike: Decimal,
  deviation: Decimal,
): Decimal {
  const d1 = forward.div(strike).ln().div(deviation).add(deviation.div(2));
  const d2 = d1.sub(deviation);
  return isCall
    ? forward.mul(decimalNormal(d1)).sub(strike.mul(decimalNormal(d2)))
    : strike.mul(decimalNormal(d2.neg())).sub(forward.mul(decimalNormal(d1.neg())));
}
