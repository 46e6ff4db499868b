import { decimal, ZERO } from './decimal-arithmetic.js';
import { indexOf, type SweepKind } from './enumerations.js';
import type { TwinContext } from './twin-context.js';

/** Judges everybody, in slices; one that has not begun serves as well. */
export function startMarginSweep(twin: TwinContext, cause: number): void {
  const { state } = twin;
  const isWaiting = state.sweeps.some(({ kind, cursor }) => kind === 'margin' && cursor === 1);
  if (isWaiting || state.accounts.size === 0) return;
  startSweep(twin, { kind: 'margin', instrument: 0, priceTicks: 0, ratePpb: 0 }, cause);
}

export interface SweepTerms {
  readonly kind: SweepKind;
  readonly instrument: number;
  readonly priceTicks: number;
  readonly ratePpb: number;
}

/** Starts a sweep over the accounts there are. */
export function startSweep(twin: TwinContext, terms: SweepTerms, cause: number): void {
  const { state } = twin;
  const { kind, instrument, priceTicks, ratePpb } = terms;
  const count = state.accounts.size;
  state.sweeps.push({
    kind,
    instrument,
    price: decimal(priceTicks),
    ratePpb: decimal(ratePpb),
    count,
    queue: [],
    cursor: 1,
    suspense: ZERO,
    reached: new Set(),
  });
  const sweepKind = indexOf('sweepKinds', kind);
  const body = { sweepKind, instrument, priceTicks, ratePpb, accountCount: count, setHash: 0 };
  twin.emit({ type: 'SweepStarted', ...body }, cause);
}
