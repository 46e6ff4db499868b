import {
  type AmountMinor,
  invariant,
  type Lots,
  lots as wholeLots,
  negated,
  plus,
  sizeOf,
  STORE_LIMIT,
  ZERO,
} from '#libs/units';
import { A, P, SAGA } from '#libs/clearing';
import { levelMinor } from '#libs/margin';
import type { BankruptcyPrice } from './bankruptcy.js';
import type { DecisionContext } from './context.js';
import { bookLeg } from './leg-change.js';

/** Why a holder keeps lots, in the order of the catalogue's enumeration. */
export const KEPT = { margin: 0, gated: 1, notHealthy: 2, limits: 3 } as const;

/** How many lots a holder can be deleveraged by, with its figures then. */
export interface Borne {
  readonly quantityLots: Lots;
  /** Why not all of them; undefined: all. */
  readonly reason?: number;
  readonly equityMinor?: AmountMinor;
  readonly maintenanceMinor?: AmountMinor;
  readonly maintenanceBeforeMinor?: AmountMinor;
}

/**
 * The most of `wanted` lots that a holder can be deleveraged by with its whole portfolio in view: at the
 * bankruptcy price it stays healthy if it is, and does not breach if it is warned, as the production
 * evaluation finds it. By bisection; what is found was tried.
 */
export function bornBy(
  context: DecisionContext,
  holder: number,
  instrument: number,
  wanted: Lots,
  price: BankruptcyPrice,
): Borne {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  const saga = state.accounts.get(holder, A.sagaState);
  if (saga > SAGA.warned) return { quantityLots: ZERO, reason: KEPT.notHealthy };
  const isKnown = evaluation.evaluate(holder);
  if (!isKnown || evaluation.figures.gated) return { quantityLots: ZERO, reason: KEPT.gated };
  const maintenanceBeforeMinor = evaluation.figures.maintenanceMinor;
  if (!isStorableFor(context, holder, instrument, price.of(wanted).costMinor)) {
    return { quantityLots: ZERO, reason: KEPT.limits };
  }
  const bears = (quantityLots: Lots): boolean =>
    isBearable(context, { holder, instrument, saga }, quantityLots, price);
  let quantityLots = wanted;
  if (!bears(wanted)) {
    let most: Lots = ZERO;
    let tooMany = wanted;
    while (tooMany - most > 1) {
      const middle = wholeLots(Math.floor((most + tooMany) / 2));
      if (bears(middle)) most = middle;
      else tooMany = middle;
    }
    quantityLots = most;
  }
  if (quantityLots === 0) return { quantityLots, reason: KEPT.margin };
  invariant(bears(quantityLots), 'who is deleveraged can bear it');
  const { equityMinor, maintenanceMinor } = evaluation.figures;
  const borne = { quantityLots, equityMinor, maintenanceMinor, maintenanceBeforeMinor };
  return quantityLots === wanted ? borne : { ...borne, reason: KEPT.margin };
}

/** Whether the holder is no worse off than its level with so many lots fewer; evaluates it so. */
function isBearable(
  { state, judgement }: DecisionContext,
  own: { readonly holder: number; readonly instrument: number; readonly saga: number },
  quantityLots: Lots,
  price: BankruptcyPrice,
): boolean {
  const { evaluation } = judgement;
  const { costMinor } = price.of(quantityLots);
  const isBuyer = price.lots > 0;
  evaluation.gather(own.holder);
  bookLeg(state, evaluation.portfolio, {
    account: own.holder,
    instrument: own.instrument,
    lots: isBuyer ? quantityLots : negated(quantityLots),
    costMinor: isBuyer ? costMinor : negated(costMinor),
    feeMinor: ZERO,
  });
  if (!evaluation.run(own.holder) || evaluation.figures.gated) return false;
  const { figures, rulebook } = evaluation;
  invariant(rulebook !== undefined, 'who is evaluated has a rulebook');
  const warning = levelMinor(figures.maintenanceMinor, rulebook.source.warningPpm);
  const least = own.saga === SAGA.healthy ? warning : figures.maintenanceMinor;
  return figures.equityMinor >= least;
}

/** Whether what is booked stays within what can be stored. */
function isStorableFor(
  { state }: DecisionContext,
  holder: number,
  instrument: number,
  costMinor: AmountMinor,
): boolean {
  const { positions } = state;
  const cost = positions.get(positions.find(holder, instrument), P.costMinor);
  return plus(sizeOf(cost), sizeOf(costMinor)) <= STORE_LIMIT;
}
