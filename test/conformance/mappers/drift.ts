import {
  assetForDebt,
  debtForAsset,
  depositInterestCut,
  perpetualInsurancePpm,
  rampedFeePpm,
  spotInsurancePpm,
  type SwappedCoin,
} from '#libs/default-management';
import type { JsonObject } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { micros, unitsIn, wholes } from '../units.js';

/** Digits of the index of interest. */
const INDEX_DIGITS = 10;

/** Amounts and fees of a liquidation: `libs/default-management`, shortage-cure. */
export const drift: FileMapper = {
  liabilityTransferImpliedByAsset: ({ inputs }) => ({
    liabilityTransfer: debtForAsset(
      unitsIn(inputs, 'assetAmountUsd', wholes(inputs, 'assetDecimals')),
      coinOf(inputs, 'asset'),
      coinOf(inputs, 'liability'),
    ),
  }),
  assetTransferForLiability: ({ inputs }) => ({
    assetTransfer: assetForDebt(
      wholes(inputs, 'liabilityAmount'),
      coinOf(inputs, 'liability'),
      wholes(inputs, 'assetAmount'),
      coinOf(inputs, 'asset'),
    ),
  }),
  perpInsuranceFee: ({ inputs }) => ({
    feePpm: perpetualInsurancePpm({
      shortageMicros: micros(inputs, 'marginShortageUsd'),
      baseMicros: micros(inputs, 'baseAmount'),
      priceMicros: micros(inputs, 'oraclePrice'),
      quotePriceMicros: micros(inputs, 'quotePrice'),
      marginPpm: micros(inputs, 'marginRatio'),
      liquidatorPpm: micros(inputs, 'liquidatorFee'),
      maxPpm: micros(inputs, 'maxInsuranceFee'),
    }),
  }),
  spotInsuranceFee: ({ inputs }) => ({
    feePpm: spotInsurancePpm({
      shortageMicros: micros(inputs, 'marginShortageUsd'),
      amountMicros: micros(inputs, 'tokenAmount'),
      priceMicros: micros(inputs, 'liabilityPrice'),
      assetWeightPpm: micros(inputs, 'assetWeight'),
      assetMultiplierPpm: micros(inputs, 'assetMultiplier'),
      debtWeightPpm: micros(inputs, 'liabilityWeight'),
      debtMultiplierPpm: micros(inputs, 'liabilityMultiplier'),
      maxPpm: micros(inputs, 'maxInsuranceFee'),
    }),
  }),
  bankruptcyDepositDelta: ({ inputs }) => ({
    delta1e10: depositInterestCut(
      wholes(inputs, 'loss'),
      wholes(inputs, 'deposits'),
      unitsIn(inputs, 'cumulativeInterest', INDEX_DIGITS),
    ),
  }),
  liquidationFeeRamp: ({ inputs }) => ({
    feePpm: rampedFeePpm(wholes(inputs, 'slotsSinceActive'), {
      basePpm: micros(inputs, 'baseFee'),
      maxPpm: micros(inputs, 'maxFee'),
    }),
  }),
};

function coinOf(inputs: JsonObject, name: 'asset' | 'liability'): SwappedCoin {
  return {
    priceMicros: micros(inputs, `${name}Price`),
    multiplierPpm: micros(inputs, `${name}Multiplier`),
    digits: wholes(inputs, `${name}Decimals`),
  };
}
