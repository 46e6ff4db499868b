import { catalogue, type EventName } from '#libs/events';
import type { Sentences } from './sentences.js';
import type { Wording } from './wording.js';

const { limits } = catalogue.LiquidationPaced.fields;
const { reason: deferredFor } = catalogue.LiquidationDeferred.fields;
const { reason: declinedFor } = catalogue.TakeOverDeclined.fields;
const { reason: keptFor } = catalogue.DeleveragingSkipped.fields;
const { how } = catalogue.HedgeLost.fields;

type ExecutionEvent = Extract<
  EventName,
  | `Liquidation${'Paced' | 'Deferred' | 'Resumed' | 'AttemptFailed'}`
  | `Market${'DepthObserved' | 'Halted' | 'Resumed'}`
  | `Deleveraging${'Started' | 'Continued' | 'Skipped' | 'Ended'}`
  | `Hedge${'Lost' | 'GraceEnded'}`
  | 'BreakerReferenceSet'
  | 'PositionDeleveraged'
  | 'PortfolioTakenOver'
  | 'TakeOverDeclined'
>;

function limitText(
  m: { instrument: number; limitLots: number; boundBy: number },
  w: Wording,
): string {
  const rule = limits.fields.boundBy.values[m.boundBy] ?? '';
  return `${w.lots(m.limitLots)} of ${w.instrument(m.instrument)} (${rule})`;
}

/** What happened to liquidations under the execution terms of a rulebook (docs/rules.md 8b, 10a). */
export const executionSentences: Sentences<ExecutionEvent> = {
  MarketDepthObserved: (m, w) =>
    `${w.instrument(m.instrument)} has ${w.lots(m.bidLots)} to sell into and ` +
    `${w.lots(m.askLots)} to buy near its price` +
    (m.indexTicks === 0 ? '.' : `; its index is ${w.price(m.instrument, m.indexTicks)}.`),
  LiquidationPaced: (m, w) =>
    `A tranche of the liquidation of ${w.account(m.account)} is ordered` +
    (m.limits.length === 0
      ? '.'
      : `, at most ${m.limits.map((limit) => limitText(limit, w)).join('; ')}.`),
  LiquidationDeferred: (m, w) =>
    `The liquidation of ${w.account(m.account)} waits until ${w.time(m.until)}: ` +
    `${deferredFor.values[m.reason] ?? ''}.`,
  LiquidationResumed: (m, w) => `The liquidation of ${w.account(m.account)} goes on.`,
  LiquidationAttemptFailed: (m, w) =>
    `Order ${String(m.order)} did not reduce ${w.account(m.account)} as it should: ` +
    `${String(m.attempts)} in this liquidation.`,
  BreakerReferenceSet: (m, w) =>
    `Moves of ${w.instrument(m.instrument)} are measured from ` +
    `${w.price(m.instrument, m.referenceTicks)}.`,
  MarketHalted: (m, w) =>
    `${w.instrument(m.instrument)} went from ${w.price(m.instrument, m.referenceTicks)} to ` +
    `${w.price(m.instrument, m.markTicks)} and is halted until ${w.time(m.resumeAt)}.`,
  MarketResumed: (m, w) =>
    `${w.instrument(m.instrument)} opens again at ${w.price(m.instrument, m.markTicks)}.`,
  DeleveragingStarted: (m, w) =>
    `${w.account(m.account)} lacks ${w.base(m.account, 0 - m.equityMinor)} that the fund does not ` +
    `hold: the other side of its ${w.instrument(m.instrument)} is ranked (pass ${String(m.pass)}).`,
  DeleveragingContinued: (m) =>
    `Accounts ${String(m.from)} to ${String(m.to - 1)} are ranked; ` +
    `${String(m.ranked.length)} are among the first.`,
  PositionDeleveraged: (m, w) =>
    `${w.lots(m.quantityLots)} of ${w.instrument(m.instrument)} of ${w.account(m.account)} and ` +
    `${w.account(m.counterparty)} close against each other at the bankruptcy price, ` +
    `${w.price(m.instrument, m.priceTicks)}; ${w.account(m.counterparty)} gives up ` +
    `${w.base(m.account, m.lossMinor)}.`,
  DeleveragingSkipped: (m, w) =>
    `${w.account(m.counterparty)} keeps ${w.lots(m.keptLots)} of ${w.instrument(m.instrument)}: ` +
    `${keptFor.values[m.reason] ?? ''}.`,
  DeleveragingEnded: (m, w) =>
    `The deleveraging of ${w.instrument(m.instrument)} of ${w.account(m.account)} closed ` +
    `${w.lots(m.closedLots)}; ${w.lots(m.leftLots)} are left.`,
  PortfolioTakenOver: (m, w) =>
    `${w.account(m.backstop)} takes over ${String(m.positions.length)} positions of ` +
    `${w.account(m.account)}, worth ${w.base(m.account, m.notionalMinor)}, at the mark and for ` +
    `${w.base(m.account, m.costMinor)}.`,
  TakeOverDeclined: (m, w) =>
    `${w.account(m.backstop)} does not take ${w.account(m.account)} over: ` +
    `${declinedFor.values[m.reason] ?? ''}.`,
  HedgeLost: (m, w) =>
    `${w.account(m.account)} lost its hedge in ${w.instrument(m.instrument)} by ` +
    `${how.values[m.how] ?? ''}: maintenance rose from ` +
    `${w.base(m.account, m.maintenanceBeforeMinor)} to ${w.base(m.account, m.maintenanceMinor)}` +
    (m.until === 0 ? '.' : `; it has time until ${w.time(m.until)}.`),
  HedgeGraceEnded: (m, w) => `The time of ${w.account(m.account)} for its lost hedge is over.`,
};
