import { catalogue, type InputName } from '#libs/events';
import type { Role } from './grants.js';

const TRADES_AND_PRICES = [
  'TradeReported',
  'TradeBustRequested',
  'PriceObserved',
  'CurrencyPriceObserved',
  'VolatilitySurfaceObserved',
  'MarketDepthObserved',
  'ForwardObserved',
  'RateObserved',
  'IndexSourceObserved',
  'OpenOrderExposureReported',
] as const satisfies readonly InputName[];

/** Fills of liquidation orders are trades. */
const EXECUTION = [
  'TradeReported',
  'LiquidationOrderAnswered',
  'OpenOrderExposureReported',
  'OrderCancellationAnswered',
] as const satisfies readonly InputName[];

/** Inputs that a role may send under a publisher's session. */
export function permittedInputs(role: Role): readonly InputName[] {
  switch (role) {
    case 'operator':
      return allInputs();
    case 'publisher':
      return TRADES_AND_PRICES;
    case 'executor':
      return EXECUTION;
    case 'auditor':
    case 'member':
      return [];
  }
}

/** Every input of the catalogue; what the clearing house decides itself is not among them. */
export function allInputs(): readonly InputName[] {
  return Object.values(catalogue)
    .filter(({ kind }) => kind === 'input' || kind === 'trade')
    .map(({ name }) => name as InputName);
}
