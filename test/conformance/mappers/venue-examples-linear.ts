import { coverShortfall } from '#libs/default-management';
import {
  inTicks,
  inverseCrossPrices,
  isLiquidatable,
  isolatedEquityMinor,
  isolatedLiquidationPrice,
  type LeveragedEntry,
  leveragedBankruptcyPrice,
  type ShortOption,
  shortOptionMarginMinor,
  type ShortOptionRates,
} from '#libs/margin';
import { amountMinor, multiplyDivideHalfUp } from '#libs/units';
import { isObject, type Json, type JsonObject, listOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { figureOf, micros, unitsIn } from '../units.js';

const DIGITS = 8;
const SIZE = 6;
const LOTS = 1_000_000;

/** Standard margin of options and prices of bankruptcy and liquidation: `libs/margin`, venue-rules. */
export const venueExamplesLinear: FileMapper = {
  optionStandardMargin: ({ inputs }) => {
    const [option, rates] = [optionOf(inputs), optionRatesOf(inputs)];
    const maintenance = shortOptionMarginMinor(option, rates, false);
    const printed: Record<string, Json> = { maintenance: figureOf(maintenance, DIGITS) };
    const balance = unitsIn(inputs, 'marginBalance', DIGITS);
    if (balance > 0)
      printed['maintenanceRatio'] = multiplyDivideHalfUp(maintenance, 1e9, balance) / 1e9;
    if (inputs['imMax'] !== undefined) {
      printed['initial'] = figureOf(shortOptionMarginMinor(option, rates, true), DIGITS);
    }
    return printed;
  },
  isolatedLiquidationPrice: ({ inputs }) => {
    const terms = {
      maintenancePpm: micros(inputs, 'maintenanceRate'),
      addedMinor: multiplyDivideHalfUp(
        unitsIn(inputs, 'extraMargin', DIGITS),
        LOTS,
        Math.abs(lotsOf(inputs)),
      ),
    };
    return { liquidationPrice: figureOf(isolatedLiquidationPrice(entryOf(inputs), terms), DIGITS) };
  },
  bankruptcyPrice: ({ inputs }) => {
    const entry = entryOf(inputs);
    const price = leveragedBankruptcyPrice(entry);
    const tick = unitsIn(inputs, 'tick', DIGITS);
    const inWhole = tick === 0 ? price : inTicks(price, tick, entry.isLong);
    return {
      bankruptcyPriceRaw: figureOf(price, DIGITS),
      bankruptcyPrice: figureOf(inWhole, DIGITS),
    };
  },
  crossLiquidationPrice: ({ inputs }) => {
    const quantity = unitsIn(inputs, 'quantityUsd', SIZE);
    const available =
      unitsIn(inputs, 'balanceBtc', DIGITS) - unitsIn(inputs, 'orderMargin', DIGITS);
    const entryMinor = unitsIn(inputs, 'entry', DIGITS);
    const prices = inverseCrossPrices({
      isLong: quantity > 0,
      entryMinor,
      quantityMinor: Math.abs(quantity),
      availableMinor: multiplyDivideHalfUp(available, entryMinor, 1e10),
      maintenancePpm: micros(inputs, 'maintenanceRate'),
      closeOutFeePpm: micros(inputs, 'takerFee'),
    });
    const tick = unitsIn(inputs, 'tick', DIGITS);
    return {
      bankruptcyPrice: figureOf(prices.bankruptcyMinor, DIGITS),
      liquidationPrice: figureOf(inTicks(prices.liquidationMinor, tick, quantity > 0), DIGITS),
    };
  },
  defaultWaterfall: ({ inputs }) => {
    const layers = listOf(inputs, 'layers').filter(isObject);
    const paid = coverShortfall(
      amountMinor(micros(inputs, 'lossMillion')),
      layers.map((layer, payer) => ({ payer, availableMinor: amountMinor(micros(layer, 'size')) })),
    );
    const after = layers.map((_, place): [string, Json] => {
      const rest = paid.filter(({ payer }) => payer > place);
      const minor = rest.reduce((sum, own) => sum + own.amountMinor, 0);
      return [`remainingAfter${String(place + 1)}`, figureOf(minor, SIZE)];
    });
    return Object.fromEntries(after);
  },
  liquidationTrigger: ({ inputs }) => {
    const markMinor = unitsIn(inputs, 'mark', DIGITS);
    const { equityMinor, maintenanceMinor } = isolatedEquityMinor(entryOf(inputs), {
      lots: Math.abs(lotsOf(inputs)),
      lotsPerContract: LOTS,
      markMinor,
      maintenancePpm: micros(inputs, 'maintenanceRate'),
    });
    return {
      equity: figureOf(equityMinor, DIGITS),
      maintenance: figureOf(maintenanceMinor, DIGITS),
      liquidated: isLiquidatable({ netMinor: equityMinor, requirementMinor: maintenanceMinor }),
    };
  },
};

function lotsOf(inputs: JsonObject, key = 'size'): number {
  return unitsIn(inputs, key, SIZE);
}

function entryOf(inputs: JsonObject): LeveragedEntry {
  return {
    isLong: lotsOf(inputs) > 0,
    isInverse: inputs['contract'] === 'inverse',
    entryMinor: unitsIn(inputs, 'entry', DIGITS),
    leverageMicros: micros(inputs, 'leverage'),
  };
}

function optionOf(inputs: JsonObject): ShortOption {
  const lots = -lotsOf(inputs, 'position');
  return {
    isCall: inputs['type'] === 'C',
    lots,
    lotsPerContract: LOTS,
    strikeMinor: unitsIn(inputs, 'strike', DIGITS),
    spotMinor: unitsIn(inputs, 'index', DIGITS),
    markMinor: multiplyDivideHalfUp(unitsIn(inputs, 'mark', DIGITS), lots, LOTS),
  };
}

function optionRatesOf(inputs: JsonObject): ShortOptionRates {
  const factor = micros(inputs, 'mmFactor');
  return {
    callSpotPpm: factor,
    putSpotPpm: factor,
    callMarkPpm: factor,
    putMarkPpm: factor,
    initialPpm: micros(inputs, 'imMax'),
    initialFloorPpm: micros(inputs, 'imMin'),
    closeOutFeePpm: micros(inputs, 'liquidationFeeRate'),
    putInitialOfMaintenancePpm: LOTS,
  };
}
