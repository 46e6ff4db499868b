import type { HouseState } from '#libs/clearing-house';
import type { ObservedTerm, ValuationInputs } from '#libs/margin';
import { I } from '#libs/market';

/** What the next epoch would be computed from, but for its number and its marks. */
export type FrozenInputs = Omit<ValuationInputs, 'instruments' | 'epoch' | 'epochMarkTicks'>;

/** The inputs of the present epoch as they are now, of some instruments: the state may go on. */
export function frozenInputs(
  state: HouseState,
  inputs: ValuationInputs,
  concerned: ReadonlySet<number>,
): FrozenInputs {
  const nowUs = state.clock.timeUs;
  const surfaceMarks = new Map<number, number>();
  const receivedAt = new Map<number, number>();
  const surfaces = new Map([...concerned].map((id) => [id, inputs.surface(id)] as const));
  const doubts = new Map<number, number>();
  const forwards = new Map<string, ObservedTerm | undefined>();
  const rates = new Map<number, ObservedTerm | undefined>();
  for (const id of concerned) {
    surfaceMarks.set(id, inputs.surfaceMarkTicks(id));
    receivedAt.set(id, inputs.surfaceReceivedAt(id));
    doubts.set(id, state.indices.of(id)?.doubtPpm ?? 0);
    const expiry = inputs.instruments.get(id, I.expiresAt);
    const on = inputs.instruments.get(id, I.underlying);
    forwards.set(keyOf(on, expiry), inputs.forward(on, expiry));
    rates.set(expiry, inputs.rate(expiry));
  }
  return {
    openedAtUs: nowUs,
    basePriceMicros: inputs.basePriceMicros,
    capsForwards: inputs.capsForwards,
    nowUs: () => nowUs,
    epochDoubtPpm: (id) => doubts.get(id) ?? 0,
    surfaceMarkTicks: (id) => surfaceMarks.get(id) ?? 0,
    surface: (id) => surfaces.get(id),
    surfaceReceivedAt: (id) => receivedAt.get(id) ?? 0,
    forward: (underlying, expiry) => forwards.get(keyOf(underlying, expiry)),
    rate: (expiry) => rates.get(expiry),
  };
}

function keyOf(underlying: number, expiry: number): string {
  return `${String(underlying)}/${String(expiry)}`;
}
