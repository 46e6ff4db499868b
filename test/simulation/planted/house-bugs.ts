import { A, PUBLISHER } from '#libs/clearing';
import { ClearingHouse, type FrameBuffer, type HouseState, OUTCOME } from '#libs/clearing-house';
import { layouts, offsetsOf, templateIdAt } from '#libs/events';
import { I, OPEN, STALE } from '#libs/market';
import type { Severity } from '#libs/margin';
import { amountMinor, getInt64, minus } from '#libs/units';

const HEAD = offsetsOf('PriceObserved');
const TRADE = offsetsOf('TradeReported');
const TRADE_REPORTED = layouts.TradeReported.templateId;
/** What `Judgement` calls a unit that is in breach. */
const BREACH = 1;

/** Takes a number that was handled as if it were the next. */
export class RepeatingHouse extends ClearingHouse {
  override submit(view: DataView, at: number, messageId = ''): number {
    const publisher = view.getUint32(at + HEAD.publisher, true);
    const number = getInt64(view, at + HEAD.publisherSequence);
    const { publishers } = this.state;
    const isLast =
      publishers.has(publisher) && publishers.get(publisher, PUBLISHER.lastSequence) === number;
    if (number > 0 && isLast) publishers.set(publisher, PUBLISHER.lastSequence, number - 1);
    return super.submit(view, at, messageId);
  }
}

/** Opens stale markets by itself. */
export class CarelessHouse extends ClearingHouse {
  override submit(view: DataView, at: number, messageId = ''): number {
    const { instruments } = this.state;
    for (let id = 1; id <= instruments.count; id++) {
      if (instruments.get(id, I.marketState) === STALE) instruments.set(id, I.marketState, OPEN);
    }
    return super.submit(view, at, messageId);
  }
}

/** Books one leg of a cash movement, now and then, and does not look whether all is conserved. */
export class LeakyHouse extends ClearingHouse {
  override submit(view: DataView, at: number, messageId = ''): number {
    const outcome = super.submit(view, at, messageId);
    const isTrade = templateIdAt(view, at) === TRADE_REPORTED;
    if (outcome === OUTCOME.accepted && isTrade && this.lastSequence % 50 === 0) {
      this.state.balances.credit(view.getUint32(at + TRADE.buyer, true), 1, amountMinor(1));
    }
    return outcome;
  }

  override assertConserved(): void {
    // That is the bug.
  }
}

/** Of breaches that are equal in severity and deficit, takes the later account first. */
export function breakingTiesWrongly(state: HouseState, frame: FrameBuffer): ClearingHouse {
  const house = new ClearingHouse(state, frame);
  const { judgement } = house;
  const judgeMany = judgement.judgeMany.bind(judgement);
  judgement.judgeMany = (units, cause): void => {
    const breaches = units.flatMap((account): Severity[] => {
      if (judgement['classify'](account) !== BREACH) return [];
      const { maintenanceMinor, equityMinor } = judgement.figures();
      return [{ account, maintenanceMinor, deficitMinor: minus(maintenanceMinor, equityMinor) }];
    });
    const [first, second] = breaches;
    const isTie =
      breaches.length === 2 &&
      first?.maintenanceMinor === second?.maintenanceMinor &&
      first?.deficitMinor === second?.deficitMinor;
    if (!isTie) {
      judgeMany(units, cause);
      return;
    }
    const inBreach = new Set(breaches.map(({ account }) => account));
    judgeMany(
      [...units].filter((unit) => !inBreach.has(unit)),
      cause,
    );
    const later = [...inBreach].sort((a, b) => b - a);
    for (const [ordinal, account] of later.entries()) judgement.judge(account, ordinal, cause);
  };
  return house;
}

/** After a restart publishers go on from one number too low. */
export function resumingLow(state: HouseState, frame: FrameBuffer): ClearingHouse {
  const { publishers } = state;
  for (let id = 1; id <= publishers.count; id++) {
    const last = publishers.get(id, PUBLISHER.lastSequence);
    if (last > 0) publishers.set(id, PUBLISHER.lastSequence, last - 1);
  }
  return new ClearingHouse(state, frame);
}

/** After a restart nobody remembers the orders in flight, and the next judgement issues new ones. */
export function forgettingOrders(state: HouseState, frame: FrameBuffer): ClearingHouse {
  for (let id = 1; id <= state.accounts.count; id++) state.accounts.set(id, A.ordersInFlight, 0);
  return new ClearingHouse(state, frame);
}

/** After a restart the deadlines that were running are not set again. */
export function forgettingDeadlines(state: HouseState, frame: FrameBuffer): ClearingHouse {
  const house = new ClearingHouse(state, frame);
  state.timers.clear();
  return house;
}
