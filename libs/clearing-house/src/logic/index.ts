import { ppmCeil, ppmFloor } from '#libs/units';
import type { Logic } from '../decide/context.js';

/** Version 1: fees rounded down. A fault (it favours the payer), kept so that old logs replay. */
const logic1: Logic = {
  version: 1,
  feeMinor: ppmFloor,
  roundsFeesUp: false,
  resolvesSilence: false,
  gatesStaleMarkets: false,
  setsCreditLimits: false,
  plansLeastCost: false,
  refusesUnvalued: false,
  capsForwards: false,
};

/** Version 2: fees rounded up, in favour of the house. */
const logic2: Logic = { ...logic1, version: 2, feeMinor: ppmCeil, roundsFeesUp: true };

/**
 * Version 3: a venue's silence about an order bars its account from adding risk, and late fills end it;
 * a stale market bars everybody; venues are told the credit limits of accounts.
 */
const logic3: Logic = {
  ...logic2,
  version: 3,
  resolvesSilence: true,
  gatesStaleMarkets: true,
  setsCreditLimits: true,
};

/**
 * Version 4: a liquidation takes the cheapest reductions that restore its target, and records its plan;
 * nobody adds risk to a portfolio whose margin is not known; a leap of a mark carries no forward beyond what
 * can be computed with.
 */
const logic4: Logic = {
  ...logic3,
  version: 4,
  plansLeastCost: true,
  refusesUnvalued: true,
  capsForwards: true,
};

const versions: readonly Logic[] = [logic1, logic2, logic3, logic4];

/** The newest logic; a new log activates it at its beginning. */
export const LATEST_LOGIC = 4;

/** The logic of a version; undefined when this program does not carry it. */
export function logicOf(version: number): Logic | undefined {
  return versions[version - 1];
}
