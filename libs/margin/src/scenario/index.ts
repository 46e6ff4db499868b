export { AddOns } from './add-ons.js';
export { requirementOf, ScenarioEvaluation } from './evaluation.js';
export type { LevelParts, ScenarioFigures } from './evaluation.js';
export { explainLevel } from './explanation.js';
export type { ChargeName, ChargeShare, LevelExplanation } from './explanation.js';
export { YEAR_SECONDS } from './expiry-shocks.js';
export type { LegLoss } from './leg-losses.js';
export { fixedShareTicks, NO_EXPIRY } from './market.js';
export type {
  AssetTerms,
  ExpiryState,
  FutureTerms,
  OptionTerms,
  PublishedTerms,
  ScenarioInstrument,
  ScenarioMarket,
  UnderlyingState,
} from './market.js';
export { neutralParameters } from './neutral-parameters.js';
export { parameterProblem, type ParameterProblem } from './parameter-check.js';
export { BILLION } from './parameters.js';
export type {
  CalendarSpread,
  CommoditySpread,
  Scenario,
  ScenarioParameters,
  VolatilityShock,
} from './parameters.js';
export { ScenarioPortfolio } from './portfolio.js';
export type { ScenarioLeg } from './portfolio.js';
export { RiskArrays } from './risk-arrays.js';
export { BASIS, NO_LOSS } from './scan.js';
export {
  evaluateScenario,
  fillShares,
  requirements,
  scenarioOrderMarginMinor,
  type UnitExplanation,
} from './unit-figures.js';
export { ScenarioRequirement } from './scenario-requirement.js';
export { ScenarioValuation } from './valuation.js';
export type { ObservedTerm, ValuationInputs } from './valuation-inputs.js';
export { LINEAR_MODEL, publishedParameters, SCENARIO_MODEL } from './published-parameters.js';
