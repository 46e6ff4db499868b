import { invariant } from '#libs/units';
import { SAGA } from '#libs/clearing';
import { I } from '#libs/market';
import { levelMinor } from '#libs/margin';
import type { Evaluation } from '../decide/evaluation.js';
import type { HouseState } from '../state/house-state.js';

/*
 * What can happen to the unit evaluated last (docs/safe-bands.md): how far it is from where something
 * would follow, and how fast prices can bring it there. Base currency, minor units.
 */

/** Distance from the nearest boundary of its state; not above 0: there is none to keep. */
export function distanceOf({ figures, rulebook }: Evaluation, saga: number): number {
  if (rulebook === undefined || figures.gated) return 0;
  const { equityMinor, maintenanceMinor, initialAtRestMinor } = figures;
  const { warningPpm, warningClearPpm } = rulebook.source;
  if (saga === SAGA.healthy) return equityMinor - levelMinor(maintenanceMinor, warningPpm);
  // Trades of others move open interest, and with it the initial requirement, but not below this.
  if (saga === SAGA.called) return initialAtRestMinor - equityMinor;
  if (saga !== SAGA.warned) return 0;
  return Math.min(
    equityMinor - maintenanceMinor,
    levelMinor(maintenanceMinor, warningClearPpm) - equityMinor,
  );
}

/** How much the distance can change when every price moves by its whole self, either way. */
export function slopeOf(state: HouseState, evaluation: Evaluation, saga: number): number {
  const { portfolio, rulebook } = evaluation;
  if (rulebook === undefined) return 0;
  const { warningPpm, warningClearPpm } = rulebook.source;
  const level = Math.max(warningPpm, warningClearPpm) / 1e6;
  let slope = 0;
  for (let k = 0; k < portfolio.count; k++) {
    const requirement =
      saga === SAGA.called ? (portfolio.initial[k] ?? 0) : level * (portfolio.maintenance[k] ?? 0);
    slope += Math.abs(notionalOf(state, evaluation, k)) + requirement;
  }
  return slope;
}

/**
 * How much the distance of a healthy unit changes when the price of its position k rises by its whole
 * self: above 0, only a fall can harm the unit; below 0, only a rise.
 */
export function leanOf(state: HouseState, evaluation: Evaluation, k: number): number {
  const { portfolio, rulebook } = evaluation;
  invariant(rulebook !== undefined, 'who is judged has a rulebook');
  // Exactly the level of the distance: a higher one would make a long position's fall too small.
  const level = rulebook.source.warningPpm / 1e6;
  return notionalOf(state, evaluation, k) - level * (portfolio.maintenance[k] ?? 0);
}

/** What position k is worth at its mark, with the sign of its lots; base currency, as all of a band is. */
export function notionalOf(
  { instruments }: HouseState,
  { portfolio }: Evaluation,
  k: number,
): number {
  const id = portfolio.instruments[k] ?? 0;
  const multiplier = instruments.get(id, I.multiplier);
  return (portfolio.lots[k] ?? 0) * multiplier * instruments.get(id, I.markTicks);
}
