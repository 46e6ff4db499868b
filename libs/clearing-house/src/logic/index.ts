import { ppmCeil, ppmFloor } from '#libs/units';
import type { Logic } from '../decide/context.js';

/** Version 1: fees rounded down. A fault (it favours the payer), kept so that old logs replay. */
const logic1: Logic = { version: 1, feeMinor: ppmFloor };

/** Version 2: fees rounded up, in favour of the house. */
const logic2: Logic = { version: 2, feeMinor: ppmCeil };

const versions: readonly Logic[] = [logic1, logic2];

/** The newest logic; a new log activates it at its beginning. */
export const LATEST_LOGIC = 2;

/** The logic of a version; undefined when this program does not carry it. */
export function logicOf(version: number): Logic | undefined {
  return versions[version - 1];
}
