import { invariant } from '#libs/units';
import type { PlanTrial } from './trial.js';

/**
 * What of a goal may be ordered now. The same part of every leg never lowers the surplus below where it
 * began, since the requirement is convex; of each leg, in their order, more is taken as long as that does
 * not lower it. Where nothing can be taken so, all that may be ordered is: a liquidation goes on.
 */
export function sliceOf(trial: PlanTrial, goal: Float64Array): Float64Array {
  const { legs } = trial;
  const now = goal.map((lots, leg) => Math.min(lots, legs[leg]!.executableLots));
  if (now.every((lots, leg) => lots === goal[leg])) return now;
  let part = 1;
  goal.forEach((lots, leg) => {
    if (lots > 0) part = Math.min(part, now[leg]! / lots);
  });
  const slice = goal.map((lots, leg) => Math.min(now[leg]!, Math.floor(lots * part)));
  invariant(part >= 0 && part < 1, 'a slice is less than its goal');
  let surplus: number = trial.surplusMinor(slice);
  for (let leg = 0; leg < legs.length; leg++) {
    const before = slice[leg]!;
    if (before === now[leg]) continue;
    slice[leg] = now[leg]!;
    const after = trial.surplusMinor(slice);
    if (after >= surplus) surplus = after;
    else slice[leg] = before;
  }
  invariant(
    slice.every((lots, leg) => lots <= goal[leg]!),
    'a slice is part of its goal',
  );
  return slice.some((lots) => lots > 0) ? slice : now;
}
