import { Evaluation, type HouseState, logicOf, takeFilledOrder } from '#libs/clearing-house';
import { NOVATION_ON_ACK, P, VENUE } from '#libs/clearing';
import { type Measured, type Message, type MessageNamed, readRecord } from '#libs/events';
import { EQUITY_PREMIUM, I, notionalMinor, valueMinor } from '#libs/market';
import { type AmountMinor, type Lots, minus, negated, plus, ZERO } from '#libs/units';
import type { Change, CureQuestion, MissedLevel } from './cures.js';
import { missingMinor } from './cures.js';

const INITIAL_MARGIN = 116;
const WITHDRAWAL_EXCESS = 211;
const RELEASE_LEVEL = 620;

/** The margin evaluation behind an event, as a question that can be asked again with changes. */
export interface MarginQuestion extends CureQuestion {
  /** What is different from the account as it stood: `with the trade`, `with the withdrawal`. */
  readonly hypothesis?: string;
}

/**
 * Which unit was evaluated for an event, against which level, and with what change; undefined when
 * the event is not about margin. `before` is the state just before the event.
 */
export function marginQuestionOf(
  message: Measured,
  before: HouseState,
): MarginQuestion | undefined {
  if (message.type === 'TradeRejected') return tradeQuestion(message, before);
  if (message.type === 'InputRejected') return withdrawalQuestion(message, before);
  if (!('account' in message) || !before.accounts.has(message.account)) return undefined;
  const level = levelOf(message, before);
  if (level === undefined) return undefined;
  return {
    state: before,
    evaluation: new Evaluation(before),
    unit: before.accounts.unitOf(message.account),
    level,
  };
}

function levelOf(message: Message, before: HouseState): MissedLevel | undefined {
  switch (message.type) {
    case 'AccountWarned':
      return 'warning';
    case 'MarginBreached':
      return 'maintenance';
    case 'LiquidationOpened':
      return message.equityMinor < message.maintenanceMinor ? 'maintenance' : 'initial';
    case 'LiquidationOrderIssued':
    case 'LiquidationPlanned':
      return 'target';
    case 'MarginCallIssued':
    case 'MarginCallMissed':
      return 'initial';
    case 'AccountDefaulted':
      return 'zero';
    case 'WarningCleared':
    case 'MarginCallMet':
    case 'MarginCallExtended':
    case 'LiquidationOrderClosed':
    case 'LiquidationCompleted':
      return before.accounts.has(message.account) ? 'target' : undefined;
    default:
      return undefined;
  }
}

/** Events after which a cure is worth naming; the others are themselves the cure. */
export function isMiss(message: Message): boolean {
  switch (message.type) {
    case 'WarningCleared':
    case 'MarginCallMet':
    case 'MarginCallExtended':
    case 'LiquidationOrderClosed':
    case 'LiquidationCompleted':
      return false;
    default:
      return true;
  }
}

type Refused = Measured<'TradeRejected'>;

/** A trade refused for initial margin: the side that lacked it, as it would stand after the trade. */
function tradeQuestion(m: Refused, before: HouseState): MarginQuestion | undefined {
  if (m.reason !== INITIAL_MARGIN) return undefined;
  if (before.venues.get(m.venue, VENUE.acceptance) !== NOVATION_ON_ACK) return undefined;
  const costMinor = valueMinor(before.instruments, m.instrument, m.quantityLots, m.priceTicks);
  const fees = feesOf(m, before);
  const sides = [
    { account: m.buyer, lots: m.quantityLots, cost: costMinor, fee: fees.buyer },
    {
      account: m.seller,
      lots: negated(m.quantityLots),
      cost: negated(costMinor),
      fee: fees.seller,
    },
  ];
  for (const side of sides) {
    const question: MarginQuestion = {
      state: before,
      evaluation: new Evaluation(before),
      unit: before.accounts.unitOf(side.account),
      level: 'initial',
      withOrders: true,
      hypothesis: `${before.names.nameOf('account', side.account) ?? ''} after the trade and its fee`,
      change: withTrade(before, m, side),
    };
    if (addsRisk(before, m.instrument, side) && missingMinor(question) > 0) return question;
  }
  return undefined;
}

interface Side {
  readonly account: number;
  readonly lots: Lots;
  readonly cost: AmountMinor;
  readonly fee: AmountMinor;
}

function feesOf(m: Refused, before: HouseState): { buyer: AmountMinor; seller: AmountMinor } {
  const logic = logicOf(before.clock.logicVersion);
  const evaluation = new Evaluation(before);
  if (logic === undefined || !evaluation.evaluate(before.accounts.unitOf(m.buyer))) {
    return { buyer: ZERO, seller: ZERO };
  }
  const { makerFeePpm = ZERO, takerFeePpm = ZERO } = evaluation.rulebook?.source ?? {};
  const notional = notionalMinor(before.instruments, m.instrument, m.quantityLots, m.priceTicks);
  const taker = logic.feeMinor(notional, takerFeePpm);
  const maker = m.aggressor === 0 ? taker : logic.feeMinor(notional, makerFeePpm);
  return m.aggressor === 1 ? { buyer: taker, seller: maker } : { buyer: maker, seller: taker };
}

function heldLots(state: HouseState, account: number, instrument: number): number {
  const row = state.positions.find(account, instrument);
  return row === 0 ? 0 : state.positions.get(row, P.lots);
}

function addsRisk(state: HouseState, instrument: number, side: Side): boolean {
  const held = heldLots(state, side.account, instrument);
  const after = held + side.lots;
  return Math.abs(after) > Math.abs(held) || held * after < 0;
}

function withTrade(state: HouseState, { instrument, venue }: Refused, side: Side): Change {
  return ({ portfolio }) => {
    const currency = state.instruments.get(instrument, I.currency);
    const isPremium = state.instruments.get(instrument, I.premium) === EQUITY_PREMIUM;
    const paid = isPremium ? plus(side.fee, side.cost) : side.fee;
    portfolio.cash[currency] = minus(portfolio.cash[currency] ?? ZERO, paid);
    const known = portfolio.placeOf(side.account, instrument);
    const place = known < 0 ? portfolio.count : known;
    if (known < 0) portfolio.add(side.account, instrument, ZERO, ZERO);
    portfolio.lots[place] = plus(portfolio.lots[place] ?? ZERO, side.lots);
    if (!isPremium) portfolio.costs[place] = plus(portfolio.costs[place] ?? ZERO, side.cost);
    takeFilledOrder(state, portfolio, { ...side, instrument }, venue);
  };
}

/** A withdrawal refused for its effect on equity: the account with the amount reserved. */
function withdrawalQuestion(
  m: MessageNamed<'InputRejected'>,
  before: HouseState,
): MarginQuestion | undefined {
  const input = refusedInputOf(m);
  if (input?.type !== 'WithdrawalRequested') return undefined;
  if (m.reason !== WITHDRAWAL_EXCESS && m.reason !== RELEASE_LEVEL) return undefined;
  return {
    state: before,
    evaluation: new Evaluation(before),
    unit: before.accounts.unitOf(input.account),
    level: m.reason === RELEASE_LEVEL ? 'release' : 'initial',
    withOrders: true,
    hypothesis: 'with the amount reserved',
    change: ({ portfolio: { cash } }) => {
      cash[input.currency] = minus(cash[input.currency] ?? ZERO, input.amountMinor);
    },
  };
}

/** The input that an InputRejected holds byte for byte. */
export function refusedInputOf(m: MessageNamed<'InputRejected'>): Measured | undefined {
  const { input } = m;
  if (input.length === 0) return undefined;
  return readRecord(new DataView(input.buffer, input.byteOffset, input.byteLength), 0);
}
