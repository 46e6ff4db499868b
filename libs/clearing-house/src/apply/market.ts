import type { Measured, MessageNamed } from '#libs/events';
import { A, L, P, SWEEP } from '#libs/clearing';
import { I } from '#libs/market';
import { type AmountMinor, invariant, type Ppm, type PriceTicks, ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { armEpoch, armStale } from './deadlines.js';
import { reachPosition } from './position-movement.js';
import { isOutlier } from './price-rule.js';

/** The mark moves unless the price is an outlier that nothing confirms yet (docs/rules.md 9). */
export function applyPriceObserved(state: HouseState, m: Measured<'PriceObserved'>): void {
  const { instruments } = state;
  invariant(m.priceTicks >= 1, 'an accepted price is above 0');
  invariant(
    m.priceTicks <= instruments.get(m.instrument, I.maxPriceTicks),
    'an accepted price is one that trades',
  );
  instruments.set(m.instrument, I.observedAt, m.observedAt);
  takePrice(state, m.instrument, m.priceTicks);
}

/** A price becomes the mark or is quarantined, whoever said it. */
export function takePrice(state: HouseState, instrument: number, priceTicks: PriceTicks): void {
  const { instruments } = state;
  if (isOutlier(state, instrument, priceTicks)) {
    instruments.set(instrument, I.quarantinedTicks, priceTicks);
    return;
  }
  instruments.set(instrument, I.markTicks, priceTicks);
  instruments.set(instrument, I.pricedAt, state.clock.timeUs);
  instruments.set(instrument, I.quarantinedTicks, ZERO);
  armStale(state, instrument);
}

/** The present marks and time are what requirements are computed from until the next epoch. */
export function applyValuationEpoch(
  state: HouseState,
  { epoch }: MessageNamed<'ValuationEpochOpened'>,
): void {
  const { clock, indices, instruments, valuation } = state;
  const doubtPpm = (id: number): Ppm => indices.of(id)?.doubtPpm ?? ZERO;
  valuation.open(epoch, clock.timeUs, instruments, doubtPpm);
  armEpoch(state);
  invariant(valuation.number === epoch, 'the epoch that was opened is the present one');
}

export function applySweepStarted(
  state: HouseState,
  m: Measured<'SweepStarted'>,
  sequence: number,
): void {
  const { instruments, sweeps } = state;
  if (m.instrument !== 0) {
    invariant(m.sweepKind < SWEEP.margin && m.priceTicks >= 1, 'a sweep settles at a price');
    invariant(
      instruments.get(m.instrument, I.sweepRunning) === 0,
      'one sweep at a time runs over an instrument',
    );
    const ordinal = instruments.get(m.instrument, I.sweepOrdinal) + 1;
    instruments.set(m.instrument, I.sweepOrdinal, ordinal);
    instruments.set(m.instrument, I.sweepRunning, 1 + m.sweepKind);
    instruments.set(m.instrument, I.sweepPriceTicks, m.priceTicks);
    instruments.set(m.instrument, I.sweepRatePpb, m.ratePpb);
    instruments.set(m.instrument, I.sweepSuspenseMinor, ZERO);
  }
  invariant(m.accountCount >= 1, 'a sweep goes over somebody');
  sweeps.running.push({
    id: sequence,
    kind: m.sweepKind,
    instrument: m.instrument,
    count: m.accountCount,
    cursor: m.sweepKind === SWEEP.breach ? 0 : 1,
  });
}

export function applyBreachQueued(state: HouseState, m: MessageNamed<'BreachQueued'>): void {
  const { accounts } = state.breachQueue;
  invariant(m.from === accounts.length, 'a breach set is queued in order');
  for (const { account } of m.accounts) {
    invariant(state.accounts.get(account, A.queuedPlace) === 0, 'a breach is queued once');
    accounts.push(account);
    state.accounts.set(account, A.queuedPlace, accounts.length);
  }
}

export function applySweepContinued(state: HouseState, m: Measured<'SweepContinued'>): void {
  const place = state.sweeps.running.findIndex(
    (sweep) => sweep.kind === m.sweepKind && sweep.instrument === m.instrument,
  );
  const sweep = state.sweeps.running[place];
  invariant(sweep?.cursor === m.from, 'a slice continues its sweep where it stands');
  const end = m.sweepKind === SWEEP.breach ? sweep.count : sweep.count + 1;
  invariant(m.to > m.from && m.to <= end, 'the cursor of a sweep moves on, to its end');
  invariant((m.last !== 0) === (m.to === end), 'the last slice ends a sweep');
  invariant(m.paidMinor >= 0 && m.collectedMinor >= 0, 'a slice pays and collects');
  if (m.instrument !== 0) settleSlice(state, m.instrument, m.from, m.to);
  if (m.sweepKind === SWEEP.breach) {
    for (let at = m.from; at < m.to; at++) {
      state.accounts.set(state.breachQueue.accounts[at] ?? 0, A.queuedPlace, 0);
    }
  }
  sweep.cursor = m.to;
  if (m.last === 0) return;
  state.sweeps.running.splice(place, 1);
  if (m.sweepKind === SWEEP.breach) state.breachQueue.accounts.length = 0;
  if (m.instrument !== 0) finishSweep(state, m.instrument, m.roundingMinor);
}

function settleSlice(state: HouseState, instrument: number, from: number, to: number): void {
  for (let account = from; account < to; account++) {
    const row = state.positions.find(account, instrument);
    if (row === 0) continue;
    if (state.positions.isEmpty(row)) {
      state.positions.set(row, P.sweepOrdinal, state.instruments.get(instrument, I.sweepOrdinal));
      continue;
    }
    reachPosition(state, account, row);
  }
}

/** What the sweep left in suspense is rounding; it goes to its own ledger. */
function finishSweep(state: HouseState, instrument: number, roundingMinor: AmountMinor): void {
  const { instruments, house } = state;
  const left = instruments.get(instrument, I.sweepSuspenseMinor);
  invariant(left === roundingMinor, 'what a sweep leaves is what was announced');
  const currency = instruments.get(instrument, I.currency);
  house.take(currency, L.suspense, left);
  house.add(currency, L.rounding, left);
  instruments.set(instrument, I.sweepRunning, 0);
  instruments.set(instrument, I.sweepSuspenseMinor, ZERO);
}
