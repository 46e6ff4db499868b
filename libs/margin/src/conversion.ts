import {
  type AmountMinor,
  amountMinor as minorUnits,
  invariant,
  multiplyDivideCeil,
  multiplyDivideFloor,
  negated,
} from '#libs/units';
import type { CurrencyTable } from '#libs/market';

const fraction = new Float64Array(2);

/** An asset of `amountMinor >= 0` of one currency in another, rounded down; 0 if never priced. */
export function convertAsset(
  currencies: CurrencyTable,
  from: number,
  to: number,
  amountMinor: AmountMinor,
): AmountMinor {
  invariant(amountMinor >= 0, 'an asset is 0 or more');
  if (from === to || amountMinor === 0) return amountMinor;
  currencies.conversion(from, to, fraction);
  return minorUnits(multiplyDivideFloor(amountMinor, fraction[0] ?? 0, fraction[1] ?? 0));
}

/** A debt of `amountMinor >= 0` of one currency in another, rounded up. */
export function convertDebt(
  currencies: CurrencyTable,
  from: number,
  to: number,
  amountMinor: AmountMinor,
): AmountMinor {
  invariant(amountMinor >= 0, 'a debt is 0 or more');
  if (from === to || amountMinor === 0) return amountMinor;
  currencies.conversion(from, to, fraction);
  return minorUnits(multiplyDivideCeil(amountMinor, fraction[0] ?? 0, fraction[1] ?? 0));
}

/** A signed amount, against its owner: a gain rounded down, a loss rounded up in size. */
export function convertSigned(
  currencies: CurrencyTable,
  from: number,
  to: number,
  amountMinor: AmountMinor,
): AmountMinor {
  return amountMinor >= 0
    ? convertAsset(currencies, from, to, amountMinor)
    : negated(convertDebt(currencies, from, to, negated(amountMinor)));
}
