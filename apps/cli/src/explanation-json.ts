import { type Directory, envelopeToJson, formatTime, type JsonObject, toJson } from '#libs/events';
import { SAGA } from '#libs/clearing';
import {
  type Cure,
  type Effect,
  type Explanation,
  type MarginExplanation,
  nameOfState,
  type RecordedEvent,
  refusedInputOf,
  sentenceOf,
  Wording,
} from '#libs/replay';
import { formatDecimal } from '#libs/units';

/** One event of a chain: where it stands, what it says, and the event itself. */
export interface StepJson {
  readonly sequence: number;
  readonly time: string;
  readonly type: string;
  readonly sentence: string;
  readonly because?: string;
  readonly ledTo?: number;
  readonly event: JsonObject;
}

export interface CureJson {
  readonly kind: string;
  readonly sentence: string;
  readonly [field: string]: string | number;
}

const PAYERS = ['house-account', 'default-fund', 'liquidation-fund', 'own-capital', 'uncovered'];

/** An explanation with names for ids and a sentence for each step; printed as JSON or as text. */
export function explanationJson(explanation: Explanation) {
  const { event, chain, aftermath, effects, margin, ladder, state } = explanation;
  const wording = new Wording(state);
  const step = (one: RecordedEvent): StepJson => ({
    sequence: one.sequence,
    time: formatTime(one.timeUs),
    type: one.message.type,
    sentence: sentenceOf(one.message, wording),
    event: envelopeToJson(one, one.message, state.names),
  });
  return {
    ...step(event),
    frame: event.frame,
    logicVersion: state.clock.logicVersion,
    chain: chain.map(({ event: earlier, because, ledTo }) => ({
      ...step(earlier),
      because,
      ...(ledTo === 0 ? {} : { ledTo }),
    })),
    refused: refusedJson(event, state.names),
    effects: effects.map((effect) => effectJson(effect, wording)),
    margin: margin === undefined ? null : marginJson(margin, wording),
    ladder:
      ladder?.map(({ payer, availableMinor, paidMinor }) => ({
        payer: PAYERS[payer] ?? '',
        ...(availableMinor === undefined ? {} : { availableMinor }),
        paidMinor,
        sentence:
          `${PAYERS[payer] ?? ''} pays ${wording.base(accountOf(event), paidMinor)}` +
          (availableMinor === undefined
            ? ''
            : ` of ${wording.base(accountOf(event), availableMinor)}`),
      })) ?? null,
    aftermath: aftermath.events.map(step),
    aftermathCount: aftermath.count,
  };
}

export type ExplanationJson = ReturnType<typeof explanationJson>;

/** The input that was refused, as it was sent; null for other events. */
function refusedJson({ message }: RecordedEvent, directory: Directory): JsonObject | null {
  if (message.type !== 'InputRejected') return null;
  const input = refusedInputOf(message);
  return input === undefined ? null : toJson(input, directory);
}

function accountOf({ message }: RecordedEvent): number {
  return 'account' in message ? message.account : 0;
}

function effectJson({ account, what, of, before, after }: Effect, wording: Wording) {
  const [was, is] = [before, after].map((value) => {
    switch (what) {
      case 'balance':
      case 'reserved':
        return wording.money(of, value);
      case 'cost':
        return wording.settled(of, value);
      case 'lots':
        return wording.lots(value);
      case 'mark':
        return value === 0 ? 'none' : wording.price(of, value);
      case 'state':
        return nameOfState(SAGA, value);
    }
  });
  const subject =
    what === 'mark'
      ? `mark of ${wording.instrument(of)}`
      : `${wording.account(account)}: ${what}` +
        (what === 'lots' || what === 'cost' ? ` of ${wording.instrument(of)}` : '');
  return { subject, before: was ?? '', after: is ?? '' };
}

function marginJson(margin: MarginExplanation, wording: Wording) {
  const { state } = wording;
  return {
    ...margin.breakdown,
    missedLevel: margin.level,
    missingMinor: margin.missingMinor,
    ...(margin.hypothesis === undefined ? {} : { hypothesis: margin.hypothesis }),
    digits: Object.fromEntries(
      margin.breakdown.currencies.map(({ currency }) => [
        currency,
        state.currencies.minorDigits(state.names.idOf('currency', currency) ?? 0),
      ]),
    ),
    marks: margin.breakdown.positions.map(({ instrument, markTicks }) => ({
      instrument,
      markTicks,
      mark: wording.price(state.names.idOf('instrument', instrument) ?? 0, markTicks),
    })),
    plan: margin.plan.map((order) => ({
      account: wording.account(order.account),
      instrument: wording.instrument(order.instrument),
      side: order.side === 0 ? 'buy' : 'sell',
      quantityLots: order.quantityLots,
      limitPriceTicks: order.limitPriceTicks,
      equityAfterMinor: order.equityAfterMinor,
      maintenanceAfterMinor: order.maintenanceAfterMinor,
      ...(order.costMinor === undefined ? {} : { costMinor: order.costMinor }),
      sentence:
        `${order.side === 0 ? 'buy' : 'sell'} ${wording.lots(order.quantityLots)} of ` +
        `${wording.instrument(order.instrument)} at ` +
        `${wording.price(order.instrument, order.limitPriceTicks)}: equity ` +
        `${wording.base(order.account, order.equityAfterMinor)}, maintenance ` +
        wording.base(order.account, order.maintenanceAfterMinor) +
        (order.costMinor === undefined
          ? ''
          : `, cost ${wording.base(order.account, order.costMinor)}`),
    })),
    rejected: margin.rejected.map((own) => rejectedJson(own, wording)),
    cures: margin.cures.map((cure) => cureJson(cure, wording)),
  };
}

type Rejected = MarginExplanation['rejected'][number];

/** Why a position was left alone, by the number of the reason. */
const REASONS = ['dearer', 'hedge', 'uncertain', 'not-tradable', 'orders'] as const;

function rejectedJson(own: Rejected, wording: Wording) {
  const { account, instrument, side, quantityLots, costMinor, surplusMinor } = own;
  const reason = REASONS[own.reason] ?? '';
  const order =
    `${side === 0 ? 'buy' : 'sell'} ${wording.lots(quantityLots)} of ` +
    `${wording.instrument(instrument)} in ${wording.account(account)}`;
  const change = `equity less target by ${wording.base(account, surplusMinor)}`;
  const cost = `for ${wording.base(account, costMinor)}`;
  const sentences: Readonly<Record<typeof reason, string>> = {
    dearer: `${order}: would change ${change} ${cost}, dearer for what it restores`,
    hedge: `${order}: is a hedge, would change ${change} ${cost}`,
    uncertain: `${wording.instrument(instrument)} in ${wording.account(account)}: open orders may take it`,
    'not-tradable': `${wording.instrument(instrument)} in ${wording.account(account)}: no room for it now`,
    orders: `${order}: the plan has its most orders; a later one may`,
    '': order,
  };
  return {
    account: wording.account(account),
    instrument: wording.instrument(instrument),
    side: side === 0 ? 'buy' : 'sell',
    quantityLots,
    costMinor,
    surplusMinor,
    reason,
    sentence: sentences[reason],
  };
}

export type MarginJson = ReturnType<typeof marginJson>;

function cureJson(cure: Cure, wording: Wording): CureJson {
  switch (cure.kind) {
    case 'deposit': {
      const { currency, amountMinor } = cure;
      return {
        kind: 'deposit',
        currency: wording.name('currency', currency),
        amountMinor,
        sentence: `a deposit of ${wording.money(currency, amountMinor)}`,
      };
    }
    case 'reduction': {
      const { account, instrument, quantityLots } = cure;
      return {
        kind: 'reduction',
        account: wording.account(account),
        instrument: wording.instrument(instrument),
        quantityLots,
        sentence:
          `${wording.lots(quantityLots)} of ${wording.instrument(instrument)} fewer in ` +
          `${wording.account(account)}, closed at the mark without a fee`,
      };
    }
    case 'order': {
      const { account, instrument, side, quantityLots, costMinor } = cure;
      const verb = side === 0 ? 'buy' : 'sell';
      return {
        kind: 'order',
        account: wording.account(account),
        instrument: wording.instrument(instrument),
        side: verb,
        quantityLots,
        costMinor,
        sentence:
          `the cheapest single order to the target: ${verb} ${wording.lots(quantityLots)} of ` +
          `${wording.instrument(instrument)} in ${wording.account(account)} for ` +
          wording.base(account, costMinor),
      };
    }
    case 'price': {
      const { instrument, priceTicks, direction } = cure;
      const price = wording.price(instrument, priceTicks);
      return {
        kind: 'price',
        instrument: wording.instrument(instrument),
        priceTicks,
        direction,
        sentence:
          `${wording.instrument(instrument)} at ${price} or ` +
          (direction === 'at-least' ? 'above' : 'below'),
      };
    }
  }
}

/** Percent text of parts per million, for tables. */
export function percentText(ppm: number): string {
  return `${formatDecimal(ppm, 4).replace(/\.?0+$/, '')} %`;
}
