import type { Evaluation, HouseState } from '#libs/clearing-house';
import type { AccountView, IntendedTrade, MarginAfter, MovesView } from '#libs/replay';
import { CommandFailure, exitCodes } from '../failure.js';

/** What is asked about an account of a log. */
export interface AccountQuestion {
  readonly account: string;
  readonly buy?: string;
  readonly sell?: string;
  /** Lots and ticks of the order; the price is the mark where it is left out. */
  readonly lots: number;
  readonly priceTicks?: number;
  readonly rangePpm: number;
  readonly pointCount: number;
}

/** The order that was asked about, with what it would lead to. */
export interface OrderAnswer extends MarginAfter {
  readonly instrument: string;
  readonly side: 'buy' | 'sell';
  readonly quantityLots: number;
  readonly priceTicks: number;
}

/** What `novate margin --data-dir D --account A` prints. */
export interface AccountMarginReport {
  readonly sequence: number;
  readonly time: string | null;
  readonly account: string;
  readonly state: string;
  readonly margin: NonNullable<AccountView['margin']>;
  readonly moves: MovesView;
  readonly order?: OrderAnswer;
  /** Minor digits of the currency, and digits of a tick of each instrument that is named. */
  readonly digits: number;
  readonly tickDigits: Readonly<Record<string, number>>;
}

const refuse = (sentence: string): never => {
  throw new CommandFailure(exitCodes.badInput, sentence);
};

/** Answers from the state at one point, by the functions that the engine decides with. */
export async function answerOf(
  state: HouseState,
  question: AccountQuestion,
): Promise<AccountMarginReport> {
  const { Evaluation } = await import('#libs/clearing-house');
  const { accountView, FrozenUnit, jointMoves, movesView } = await import('#libs/replay');
  const { I } = await import('#libs/market');
  const { formatTime } = await import('#libs/events');
  const { account, rangePpm, pointCount } = question;
  const id = state.names.idOf('account', account);
  if (id === undefined) {
    return refuse(
      `there is no account ${JSON.stringify(account)} at that point; correct --account`,
    );
  }
  const evaluation = new Evaluation(state);
  const unit = state.accounts.unitOf(id);
  const frozen = FrozenUnit.of(state, evaluation, unit);
  const { margin, state: saga } = accountView(state, unit, evaluation);
  if (frozen === undefined || margin === undefined) {
    return refuse(
      `the pool of ${account} has no rulebook in force at that point; choose a later --to`,
    );
  }
  const found = await jointMoves(frozen, { rangePpm, pointCount });
  const moves = movesView(state, unit, frozen, found);
  const order = await orderOf(state, evaluation, id, question);
  const { clock, names, instruments } = state;
  const tickDigits = Array.from({ length: instruments.count }, (_, k) => [
    names.nameOf('instrument', k + 1) ?? '',
    instruments.get(k + 1, I.tickDigits),
  ]);
  return {
    sequence: clock.sequence,
    time: clock.timeUs === 0 ? null : formatTime(clock.timeUs),
    account,
    state: saga,
    margin,
    moves,
    ...(order === undefined ? {} : { order }),
    digits: state.currencies.minorDigits(evaluation.baseCurrency),
    tickDigits: Object.fromEntries(tickDigits) as Record<string, number>,
  };
}

async function orderOf(
  state: HouseState,
  evaluation: Evaluation,
  account: number,
  question: AccountQuestion,
): Promise<OrderAnswer | undefined> {
  const { buy, sell } = question;
  const name = buy ?? sell;
  if (name === undefined) return undefined;
  if (buy !== undefined && sell !== undefined) {
    return refuse('--buy and --sell exclude each other; ask about one order at a time');
  }
  const { explainReason } = await import('#libs/clearing');
  const { I } = await import('#libs/market');
  const { marginAfter } = await import('#libs/replay');
  const { lots, priceTicks } = await import('#libs/units');
  const instrument = state.names.idOf('instrument', name);
  if (instrument === undefined) {
    return refuse(`there is no instrument ${JSON.stringify(name)} at that point; correct it`);
  }
  const trade: IntendedTrade = {
    account,
    instrument,
    isBuy: buy !== undefined,
    quantityLots: lots(question.lots),
    priceTicks:
      question.priceTicks === undefined
        ? state.instruments.get(instrument, I.markTicks)
        : priceTicks(question.priceTicks),
  };
  const found = marginAfter(state, evaluation, trade);
  if (typeof found === 'number') {
    const { rule, remedy } = explainReason(found);
    return refuse(`the trade would be refused (${String(found)}): ${rule}; ${remedy}`);
  }
  return {
    instrument: name,
    side: trade.isBuy ? 'buy' : 'sell',
    quantityLots: trade.quantityLots,
    priceTicks: trade.priceTicks,
    ...found,
  };
}
