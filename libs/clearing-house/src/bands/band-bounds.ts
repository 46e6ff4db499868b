import { SAGA } from '#libs/clearing';
import { levelMinor } from '#libs/margin';
import { invariant } from '#libs/units';
import type { Evaluation } from '../decide/evaluation.js';

/**
 * Distance of the unit evaluated last from the nearest boundary of its state, where something would
 * follow (docs/safe-bands.md), base currency minor units; not above 0: there is none to keep.
 */
export function distanceOf({ figures, rulebook }: Evaluation, saga: number): number {
  if (rulebook === undefined || figures.gated) return 0;
  const { equityMinor, maintenanceMinor, initialAtRestMinor } = figures;
  const { warningPpm, warningClearPpm } = rulebook.source;
  invariant(maintenanceMinor >= 0, 'a requirement is 0 or more');
  invariant(initialAtRestMinor >= maintenanceMinor, 'the initial one is no less at rest, too');
  if (saga === SAGA.healthy) return equityMinor - levelMinor(maintenanceMinor, warningPpm);
  // Trades of others move open interest, and with it the initial requirement, but not below this.
  if (saga === SAGA.called) return initialAtRestMinor - equityMinor;
  if (saga !== SAGA.warned) return 0;
  return Math.min(
    equityMinor - maintenanceMinor,
    levelMinor(maintenanceMinor, warningClearPpm) - equityMinor,
  );
}
