import type { Evaluation, HouseState } from '#libs/clearing-house';
import { levelMinor } from '#libs/margin';
import { I, valueMinor } from '#libs/market';
import {
  type AmountMinor,
  invariant,
  type Lots,
  lots,
  minus,
  negated,
  plus,
  priceTicks,
  ZERO,
} from '#libs/units';

/** Which level the unit missed. */
export type MissedLevel = 'maintenance' | 'initial' | 'warning' | 'target' | 'release' | 'zero';

/** One thing that alone would have kept the unit at its level; found by evaluating it. */
export type Cure =
  | { readonly kind: 'deposit'; readonly currency: number; readonly amountMinor: number }
  | {
      /** So many lots fewer, closed at the mark and without a fee, before the event. */
      readonly kind: 'reduction';
      readonly account: number;
      readonly instrument: number;
      readonly quantityLots: number;
    }
  | {
      /** The cheapest order that alone restores the target, at its limit and fee. */
      readonly kind: 'order';
      readonly account: number;
      readonly instrument: number;
      readonly side: number;
      readonly quantityLots: number;
      readonly costMinor: number;
    }
  | {
      /** The nearest mark at which the level holds; one tick back it does not. */
      readonly kind: 'price';
      readonly instrument: number;
      readonly priceTicks: number;
      readonly direction: 'at-least' | 'at-most';
    };

/** Largest number of positions of a unit for which reductions and prices are looked for. */
const POSITIONS_TRIED = 8;

/** Changes the gathered portfolio before it is evaluated (a trade or withdrawal under decision). */
export type Change = (evaluation: Evaluation) => void;

export interface CureQuestion {
  readonly state: HouseState;
  readonly evaluation: Evaluation;
  readonly unit: number;
  readonly level: MissedLevel;
  /** Whether open orders count in the initial level. */
  readonly withOrders?: boolean;
  readonly change?: Change;
}

/**
 * What alone would have cured the miss. Marks of `state` are changed while it searches and put back,
 * so it must be a state of the caller's own. Empty when the level is held.
 */
export function curesOf(question: CureQuestion): Cure[] {
  const missing = missingMinor(question);
  if (missing <= 0) return [];
  const { baseCurrency, portfolio } = question.evaluation;
  const cures: Cure[] = [];
  const pay: Change = ({ portfolio: { cash } }) => {
    cash[baseCurrency] = plus(cash[baseCurrency] ?? ZERO, missing);
  };
  invariant(missingMinor(question, pay) <= 0, 'a deposit of what is missing cures');
  cures.push({ kind: 'deposit', currency: baseCurrency, amountMinor: missing });
  if (question.level === 'zero') return cures;
  missingMinor(question);
  const places = largestPositions(portfolio.count, portfolio.initial, portfolio.lots);
  const instruments = [...new Set(places.map((k) => portfolio.instruments[k] ?? 0))];
  for (const k of places) {
    const cure = reduction(question, k);
    if (cure !== undefined) cures.push(cure);
  }
  for (const instrument of instruments) {
    const cure = priceBack(question, instrument);
    if (cure !== undefined) cures.push(cure);
  }
  missingMinor(question);
  return cures;
}

/** Evaluates the unit and returns level less equity, base currency; above 0 when it is missed. */
export function missingMinor(question: CureQuestion, further?: Change): AmountMinor {
  const { evaluation, unit, level } = question;
  evaluation.gather(unit);
  question.change?.(evaluation);
  further?.(evaluation);
  if (!evaluation.run(unit) || evaluation.rulebook === undefined) return ZERO;
  const { equityMinor, maintenanceMinor, initialMinor } = evaluation.figures;
  const { warningPpm, targetPpm, releasePpm } = evaluation.rulebook.source;
  switch (level) {
    case 'zero':
      return negated(equityMinor);
    case 'initial':
      return question.withOrders === true
        ? negated(evaluation.excessMinor)
        : minus(initialMinor, equityMinor);
    case 'maintenance':
      return minus(maintenanceMinor, equityMinor);
    case 'warning':
      return minus(levelMinor(maintenanceMinor, warningPpm), equityMinor);
    case 'release':
      return minus(levelMinor(maintenanceMinor, releasePpm), equityMinor);
    case 'target':
      return minus(levelMinor(maintenanceMinor, targetPpm), equityMinor);
  }
}

function largestPositions(count: number, initial: Float64Array, lots: Float64Array): number[] {
  const places: number[] = [];
  for (let k = 0; k < count; k++) if (lots[k] !== 0) places.push(k);
  places.sort((a, b) => (initial[b] ?? 0) - (initial[a] ?? 0) || a - b);
  return places.slice(0, POSITIONS_TRIED);
}

/** The fewest lots of position `k` without which the level would hold; undefined when none do. */
function reduction(question: CureQuestion, k: number): Cure | undefined {
  const { state, evaluation } = question;
  missingMinor(question);
  const { portfolio } = evaluation;
  const instrument = portfolio.instruments[k] ?? 0;
  const account = portfolio.accounts[k] ?? 0;
  const held: Lots = portfolio.lots[k] ?? ZERO;
  const mark = state.instruments.get(instrument, I.markTicks);
  const holdsWithout = (quantity: number): boolean => {
    const rest = lots(held > 0 ? held - quantity : held + quantity);
    const realised = minus(
      valueMinor(state.instruments, instrument, held, mark),
      valueMinor(state.instruments, instrument, rest, mark),
    );
    return (
      missingMinor(question, ({ portfolio: p }) => {
        p.lots[k] = rest;
        p.costs[k] = minus(p.costs[k] ?? ZERO, realised);
      }) <= 0
    );
  };
  const quantityLots = smallest(Math.abs(held), holdsWithout);
  if (quantityLots === undefined) return undefined;
  return { kind: 'reduction', account, instrument, quantityLots };
}

/** The nearest mark of an instrument at which the level holds, upward or downward. */
function priceBack(question: CureQuestion, instrument: number): Cure | undefined {
  const { instruments } = question.state;
  const mark = instruments.get(instrument, I.markTicks);
  const missingAt = (ticks: number): number => {
    instruments.set(instrument, I.markTicks, priceTicks(ticks));
    const missing = missingMinor(question);
    instruments.set(instrument, I.markTicks, mark);
    return missing;
  };
  const max = instruments.get(instrument, I.maxPriceTicks);
  const now = missingMinor(question);
  const step = Math.max(1, Math.floor(mark / 1000));
  const up = mark + step <= max && missingAt(mark + step) < now;
  const room = up ? max - mark : mark - 1;
  const at = (distance: number): number => (up ? mark + distance : mark - distance);
  const distance = smallest(room, (d) => missingAt(at(d)) <= 0);
  if (distance === undefined) return undefined;
  return {
    kind: 'price',
    instrument,
    priceTicks: at(distance),
    direction: up ? 'at-least' : 'at-most',
  };
}

/**
 * A number n in 1..max at which `holds` is true and at n - 1 false: by doubling, then bisection. It
 * is the smallest where `holds` stays true once it is; undefined when doubling meets none.
 */
function smallest(max: number, holds: (n: number) => boolean): number | undefined {
  let misses = 0;
  let reaches = Math.min(1, max);
  while (reaches > 0 && !holds(reaches)) {
    if (reaches >= max) return undefined;
    misses = reaches;
    reaches = Math.min(max, reaches * 2);
  }
  if (reaches === 0) return undefined;
  while (reaches - misses > 1) {
    const middle = Math.floor((misses + reaches) / 2);
    if (holds(middle)) reaches = middle;
    else misses = middle;
  }
  return reaches;
}
