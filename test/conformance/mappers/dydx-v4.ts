import {
  compareRiskiness,
  initialOf,
  isCollateralised,
  isLiquidatable,
  isReducing,
  openInterestRate,
  type ScaledPerpetual,
  scaledRequirements,
  scaledRisk,
  scaledValueMinor,
} from '#libs/margin';
import { isObject, type Json, type JsonObject, listOf, objectOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { dydxLiquidation } from './dydx-liquidation.js';
import { marketOf, perpetualOf } from './dydx-perpetual.js';
import { wholes } from '../units.js';

const ONE = 1_000_000;

/** Cross-margined perpetuals: `libs/margin`, account-risk and scaled-perpetual. */
export const dydxV4: FileMapper = {
  ...dydxLiquidation,
  netNotional: ({ inputs }) => scaledValueMinor(perpetualOf(inputs), wholes(inputs, 'quantums')),
  marginRequirement: ({ inputs }) => {
    const risk = scaledRequirements(perpetualOf(inputs), wholes(inputs, 'quantums'));
    return { imr: String(risk.initialMinor), mmr: String(risk.maintenanceMinor) };
  },
  initialMarginQuote: ({ inputs }) =>
    initialOf(wholes(inputs, 'quoteQuantums'), {
      initialPpm: wholes(inputs, 'initialMarginPpm'),
      ...interestOf(inputs),
    }),
  adjustedInitialMarginPpm: ({ inputs }) =>
    openInterestRate(wholes(inputs, 'initialMarginPpm'), interestOf(inputs), ONE),
  accountRisk: ({ inputs }) => {
    const risks = listOf(inputs, 'positions')
      .filter(isObject)
      .map((own) => scaledRisk(plainPerpetual(inputs, own), wholes(own, 'quantums')));
    return accountOf(wholes(inputs, 'usdcQuantums'), risks);
  },
  accountLiquidatable: ({ inputs, document }) => {
    const markets = objectOf(document, 'markets');
    const positions = objectOf(inputs, 'positions');
    const risks = Object.keys(positions).map((id) =>
      scaledRisk(marketOf(objectOf(markets, id)), wholes(positions, id)),
    );
    const { nc, mmr } = accountOf(wholes(inputs, 'usdcQuantums'), risks);
    return isLiquidatable({ netMinor: nc, requirementMinor: mmr });
  },
  isInitialCollateralised: ({ inputs }) => isCollateralised(riskOf(inputs, 'netCollateral', 'imr')),
  isMaintenanceCollateralised: ({ inputs }) =>
    isCollateralised(riskOf(inputs, 'netCollateral', 'mmr')),
  isLiquidatable: ({ inputs }) => isLiquidatable(riskOf(inputs, 'netCollateral', 'mmr')),
  riskCompare: ({ inputs }) => {
    const [first, second] = [objectOf(inputs, 'first'), objectOf(inputs, 'second')];
    return compareRiskiness(
      riskOf(first, 'netCollateral', 'mmr'),
      riskOf(second, 'netCollateral', 'mmr'),
    );
  },
  undercollateralisedTransition: ({ inputs }) =>
    isReducing(riskOf(inputs, 'oldNC', 'oldMMR'), riskOf(inputs, 'newNC', 'newMMR'))
      ? 'Success'
      : 'StillUndercollateralized',
};

function riskOf(from: JsonObject, net: string, requirement: string) {
  return { netMinor: wholes(from, net), requirementMinor: wholes(from, requirement) };
}

function interestOf(inputs: JsonObject) {
  return {
    openInterestMinor: wholes(inputs, 'openInterestNotional'),
    fromMinor: wholes(inputs, 'openInterestLowerCap'),
    toMinor: wholes(inputs, 'openInterestUpperCap'),
  };
}

/** A perpetual one unit of which is one minor unit times its price. */
function plainPerpetual(inputs: JsonObject, own: JsonObject): ScaledPerpetual {
  return { ...perpetualOf({ ...inputs, price: own['price'] ?? null }), exponent: 0 };
}

function accountOf(
  balance: number,
  risks: readonly ReturnType<typeof scaledRisk>[],
): { nc: number; imr: number; mmr: number } & Record<string, Json> {
  const sum = (of: 'netMinor' | 'initialMinor' | 'maintenanceMinor'): number =>
    risks.reduce((total, risk) => total + risk[of], 0);
  return {
    nc: balance + sum('netMinor'),
    imr: sum('initialMinor'),
    mmr: sum('maintenanceMinor'),
  };
}
