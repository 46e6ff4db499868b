import { invariant, isStorable, type PriceTicks } from '#libs/units';
import type { Measured } from '#libs/events';
import { ACCEPTED } from '#libs/clearing';
import { I, OPEN, OPTION, SETTLING } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import type { DecisionContext } from './context.js';
import { type ExecutionTerms, executionTermsIn } from './execution-terms.js';

const MILLION = 1_000_000;

/** What is reported of the books of a market (docs/rules.md 9). */
export function checkDepth(state: HouseState, m: Measured<'MarketDepthObserved'>): number {
  const { instruments, depths } = state;
  if (!instruments.has(m.instrument)) return 103;
  if (m.indexTicks < 0 || m.indexTicks > instruments.get(m.instrument, I.maxPriceTicks)) return 109;
  if (instruments.get(m.instrument, I.marketState) >= SETTLING) return 111;
  if (m.observedAt < (depths.of(m.instrument)?.observedAt ?? 0)) return 120;
  const lots = [m.bidLots, m.askLots];
  return lots.every((own) => own >= 0 && isStorable(own)) ? ACCEPTED : 640;
}

/**
 * Measures a mark that has just moved from `beforeTicks`: from the mark at which its window began. A move
 * beyond what a rulebook in force allows halts the market, so that nobody is judged at it yet.
 */
export function measureMove(
  context: DecisionContext,
  instrument: number,
  beforeTicks: PriceTicks,
  cause: number,
): void {
  const { state } = context;
  const terms = strictestTerms(state);
  if (terms === undefined || state.instruments.get(instrument, I.kind) === OPTION) return;
  if (state.instruments.get(instrument, I.marketState) !== OPEN) return;
  const mark = state.instruments.get(instrument, I.markTicks);
  const known = state.breakers.of(instrument);
  const { timeUs } = state.clock;
  if (known === undefined || timeUs - known.referenceAt >= terms.haltWindowUs) {
    const referenceTicks = beforeTicks === 0 ? mark : beforeTicks;
    context.emit({ type: 'BreakerReferenceSet', instrument, referenceTicks }, cause);
  }
  const own = state.breakers.of(instrument);
  invariant(own !== undefined, 'a move is measured from a reference');
  const { referenceTicks } = own;
  if (Math.abs(mark - referenceTicks) * MILLION <= referenceTicks * terms.haltMovePpm) return;
  const resumeAt = timeUs + terms.haltUs;
  invariant(resumeAt > timeUs, 'a halt lasts');
  const body = { instrument, referenceTicks, markTicks: mark, resumeAt };
  context.emit({ type: 'MarketHalted', ...body }, cause);
}

/** Of the rulebooks in force that halt markets, the one that allows the smallest move. */
function strictestTerms({ pools, rulebooks }: HouseState): ExecutionTerms | undefined {
  let strictest: ExecutionTerms | undefined;
  for (let pool = 1; pool <= pools.count; pool++) {
    const terms = executionTermsIn(rulebooks.inForce(pool));
    if (terms === undefined || terms.haltMovePpm === 0) continue;
    if (strictest === undefined || terms.haltMovePpm < strictest.haltMovePpm) strictest = terms;
  }
  return strictest;
}
