import {
  type AmountMinor,
  compareProducts,
  invariant,
  minus,
  multiplyDivideFloor,
  negated,
  plus,
  sizeOf,
  ZERO,
} from '#libs/units';
import { A, P, SAGA } from '#libs/clearing';
import { deleveragingScore, type RankedHolder } from '#libs/default-management';
import { convertDebt } from '#libs/margin';
import { I, notionalMinor, valueMinor } from '#libs/market';
import { lotsOf } from '../apply/trade.js';
import type { HouseState } from '../state/house-state.js';
import type { Evaluation } from './evaluation.js';

const MILLION = 1_000_000;
/** A gain of more than 1,000 times the entry, and a leverage beyond 1,000, count as so much. */
const TIMES_MOST = 1_000;

/** A side of a position: of holders with lots of this sign. */
export interface HeldSide {
  readonly pool: number;
  readonly instrument: number;
  /** 1 for long, -1 for short. */
  readonly sign: number;
}

/**
 * Rank of an account among the holders of a side (docs/rules.md 10a): gain on the position since its last
 * settlement, in parts of its entry, times the leverage of the whole portfolio (divided by it, where
 * there is a loss). Undefined: it is not to be deleveraged. Evaluates the account.
 */
export function rankOf(
  state: HouseState,
  evaluation: Evaluation,
  account: number,
  side: HeldSide,
): RankedHolder | undefined {
  const { accounts } = state;
  if (accounts.get(account, A.pool) !== side.pool || accounts.get(account, A.closed) !== 0) return;
  if (accounts.get(account, A.parent) !== 0) return;
  if (lotsOf(state, account, side.instrument) * side.sign <= 0) return;
  if (accounts.get(account, A.sagaState) > SAGA.warned) return;
  if (!evaluation.evaluate(account) || evaluation.figures.gated) return;
  const { equityMinor } = evaluation.figures;
  if (equityMinor <= 0) return;
  const notional = baseNotionalMinor(state, evaluation);
  const leverageMicros = Math.max(1, share(notional, equityMinor));
  invariant(notional > 0, 'who holds lots has a notional');
  return { account, score: deleveragingScore(gainPpm(state, account, side), leverageMicros) };
}

/** Notional of all positions of the unit evaluated last, base currency. */
export function baseNotionalMinor(state: HouseState, evaluation: Evaluation): AmountMinor {
  const { instruments, currencies } = state;
  const { portfolio, baseCurrency } = evaluation;
  let sum: AmountMinor = ZERO;
  for (let k = 0; k < portfolio.count; k++) {
    const id = portfolio.instruments[k] ?? 0;
    const mark = instruments.get(id, I.markTicks);
    const own = notionalMinor(instruments, id, portfolio.lots[k] ?? ZERO, mark);
    const currency = instruments.get(id, I.currency);
    sum = plus(sum, convertDebt(currencies, currency, baseCurrency, own));
  }
  return sum;
}

/** Gain on a position in parts of its entry, ppm; 0 where nothing was booked as its cost. */
function gainPpm(state: HouseState, account: number, { instrument }: HeldSide): number {
  const { positions, instruments } = state;
  const row = positions.find(account, instrument);
  invariant(row !== 0, 'who is ranked has a position');
  const cost = positions.get(row, P.costMinor);
  if (cost === 0) return 0;
  const mark = instruments.get(instrument, I.markTicks);
  const value = valueMinor(instruments, instrument, positions.get(row, P.lots), mark);
  const gain = minus(value, cost);
  return gain >= 0 ? share(gain, sizeOf(cost)) : 0 - share(negated(gain), sizeOf(cost));
}

/** A part of a whole, millionths, at most TIMES_MOST. */
function share(part: AmountMinor, whole: AmountMinor): number {
  invariant(part >= 0 && whole > 0, 'a part is of something');
  if (compareProducts(part, 1, whole, TIMES_MOST) >= 0) return TIMES_MOST * MILLION;
  return multiplyDivideFloor(part, MILLION, whole);
}
