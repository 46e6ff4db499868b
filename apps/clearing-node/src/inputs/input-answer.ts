import { explainReason } from '#libs/clearing';
import {
  type Directory,
  formatTime,
  type JsonObject,
  type MessageNamed,
  readRecord,
  toJson,
} from '#libs/events';
import type { RecordedEvent } from '#libs/replay';
import { refusedField } from './refused-field.js';

/** Reasons that say that the id is wrong, and not what came under it. */
const ID_REASONS: readonly number[] = [601, 602];

/** One side of a novated trade. */
export interface TradeLeg {
  readonly side: 'buy' | 'sell';
  readonly account: string;
  /** Unique trade identifier: the house's prefix, the sequence, the side. */
  readonly uti: string;
  readonly feeMinor: string;
}

/** What is said of an input that stands in the log; the same whenever it is asked for. */
export interface InputAnswer {
  readonly messageId: string;
  readonly status: 'accepted' | 'rejected';
  readonly type: string;
  readonly sequence: string;
  readonly frame: string;
  /** Log time of its frame. */
  readonly time: string;
  readonly [field: string]: unknown;
}

export interface AnswerSource {
  readonly names: Directory;
  readonly utiPrefix: string;
}

/** The answer to an input, from its record in the log and from nothing else. */
export function answerOf(
  event: RecordedEvent,
  messageId: string,
  { names, utiPrefix }: AnswerSource,
): InputAnswer {
  const { message } = event;
  const place = {
    sequence: String(event.sequence),
    frame: String(event.frame),
    time: formatTime(event.timeUs),
  };
  const head = { messageId, ...place };
  switch (message.type) {
    case 'TradeNovated':
      return {
        ...head,
        status: 'accepted',
        type: 'TradeReported',
        ...novation(message, event, names, utiPrefix),
      };
    case 'TradeRejected':
      return { ...head, ...refusal(message.reason, toJson(message, names), 'TradeReported') };
    case 'InputRejected':
      return { ...head, ...refusedInput(message, names, messageId) };
    default:
      return { ...head, status: 'accepted', type: message.type };
  }
}

/** Whether a refusal is about the id; its status is 409 then. */
export function isAboutId(answer: InputAnswer): boolean {
  return ID_REASONS.includes(Number(answer['reason']));
}

function novation(
  trade: MessageNamed<'TradeNovated'>,
  { sequence, timeUs }: RecordedEvent,
  names: Directory,
  utiPrefix: string,
) {
  const { businessDate } = toJson(trade, names);
  const account = (id: number): string => names.nameOf('account', id) ?? '';
  const uti = (side: string): string => `${utiPrefix}${String(sequence).padStart(16, '0')}${side}`;
  const legs: readonly TradeLeg[] = [
    {
      side: 'buy',
      account: account(trade.buyer),
      uti: uti('B'),
      feeMinor: String(trade.buyerFeeMinor),
    },
    {
      side: 'sell',
      account: account(trade.seller),
      uti: uti('S'),
      feeMinor: String(trade.sellerFeeMinor),
    },
  ];
  return {
    clearedAt: formatTime(timeUs),
    ...(businessDate === undefined ? {} : { businessDate }),
    tradeId: String(trade.tradeId),
    matchId: String(trade.matchId),
    costMinor: String(trade.costMinor),
    legs,
  };
}

function refusedInput(message: MessageNamed<'InputRejected'>, names: Directory, messageId: string) {
  const { input, reason } = message;
  const refused = readRecord(new DataView(input.buffer, input.byteOffset, input.byteLength), 0);
  const json = ID_REASONS.includes(reason) ? { messageId } : toJson(refused, names);
  return refusal(reason, json, refused.type);
}

function refusal(reason: number, input: JsonObject, type: string) {
  const about = refusedField(reason, input);
  return { status: 'rejected' as const, type, ...explainReason(reason), ...about };
}
