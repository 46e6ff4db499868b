import {
  blackCall,
  blackPut,
  blackScholesMertonGreeks,
  blackScholesMertonValue,
  deviationOf,
  perDay,
  type SpotOption,
} from '#libs/pricing';
import { type JsonObject, numberOf, textOf } from '../json.js';
import type { FileMapper } from '../mapper.js';

/** Option values and Greeks: `libs/pricing`. */
export const black: FileMapper = {
  black76Undiscounted: ({ inputs }) => {
    const value = isCall(inputs) ? blackCall : blackPut;
    const deviation = deviationOf(numberOf(inputs, 'vol'), numberOf(inputs, 'timeYears'));
    return { price: value(numberOf(inputs, 'forward'), numberOf(inputs, 'strike'), deviation) };
  },
  blackScholesMerton: ({ inputs }) => ({ price: blackScholesMertonValue(spotOption(inputs)) }),
  greek: ({ inputs }) => {
    const greeks = blackScholesMertonGreeks(spotOption(inputs));
    return { ...greeks, thetaPerDay: perDay(greeks.theta) };
  },
};

function isCall(inputs: JsonObject): boolean {
  const type = textOf(inputs, 'type');
  if (type === 'C' || type === 'P') return type === 'C';
  throw new RangeError(`type is ${type}; it should be C or P`);
}

function spotOption(inputs: JsonObject): SpotOption {
  return {
    isCall: isCall(inputs),
    spot: numberOf(inputs, 'spot'),
    strike: numberOf(inputs, 'strike'),
    timeYears: numberOf(inputs, 'timeYears'),
    volatility: numberOf(inputs, 'vol'),
    rate: numberOf(inputs, 'rate'),
    dividendYield: numberOf(inputs, 'dividendYield'),
  };
}
