export { SAFE_LIMIT, STORE_LIMIT, isSafe, isStorable } from './bounds.js';
export {
  amountMinor,
  getAmountMinor,
  getLots,
  getPriceTicks,
  lots,
  ppm,
  priceTicks,
  unitArray,
  ZERO,
} from './brands.js';
export type { AmountMinor, Lots, Ppm, PriceTicks, Unit, UnitArray } from './brands.js';
export { ArithmeticOverflow, checkedAdd, checkedMultiply, checkedSubtract } from './checked.js';
export { compareProducts } from './compare-products.js';
export { InvalidDecimal, formatDecimal, parseDecimal } from './decimal-text.js';
export { divideCeil, divideFloor } from './divide.js';
export { MIX48_SEED, hash48, mix48 } from './hash48.js';
export { getInt64, putInt64 } from './int64.js';
export { InvariantViolation, invariant } from './invariant.js';
export {
  multiplyDivideCeil,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
  ppmCeil,
  ppmFloor,
} from './multiply-divide.js';
export { type Product, productsDivideCeil, productsDivideFloor } from './products-divide.js';
export { productParts } from './product-parts.js';
export { greater, lesser, minus, negated, plus, sizeOf } from './same-unit.js';
