import type { InputMessage, InputName, MessageNamed } from '#libs/events';

/** An input without what the session adds: its publisher and its number. Ids, not names. */
export type PublisherInput = InputMessage extends infer M
  ? M extends InputMessage
    ? Omit<M, 'publisher' | 'publisherSequence'>
    : never
  : never;

type InputNamed<N extends InputName> = Omit<MessageNamed<N>, 'publisher' | 'publisherSequence'>;

const MICROSECONDS_A_DAY = 86_400_000_000;
const FULL_CONFIDENCE_PPM = 1_000_000;

type TradeFields = Omit<InputNamed<'TradeReported'>, 'type'>;
type TradeOptional =
  | 'tradeDate'
  | 'businessDate'
  | 'matchId'
  | 'liquidationOrder'
  | 'tradeType'
  | 'aggressor'
  | 'acceptBy'
  | 'details';

/** A trade: a regular one, on the UTC day of its execution, with its own id as match id. */
export function tradeReported(
  fields: Omit<TradeFields, TradeOptional> & Partial<Pick<TradeFields, TradeOptional>>,
): InputNamed<'TradeReported'> {
  return {
    type: 'TradeReported',
    tradeDate: Math.floor(fields.executedAt / MICROSECONDS_A_DAY),
    businessDate: 0,
    matchId: fields.tradeId,
    liquidationOrder: 0,
    tradeType: 0,
    aggressor: 0,
    acceptBy: 0,
    details: '',
    ...fields,
  };
}

type PriceFields = Omit<InputNamed<'PriceObserved'>, 'type'>;

/** A price of an instrument, with full confidence unless it says otherwise. */
export function priceObserved(
  fields: Omit<PriceFields, 'confidencePpm'> & Partial<Pick<PriceFields, 'confidencePpm'>>,
): InputNamed<'PriceObserved'> {
  return { type: 'PriceObserved', confidencePpm: FULL_CONFIDENCE_PPM, ...fields };
}

/** What became of a liquidation order at the venue; its fills are sent before, as trades. */
export function liquidationOrderAnswered(
  fields: Omit<InputNamed<'LiquidationOrderAnswered'>, 'type'>,
): InputNamed<'LiquidationOrderAnswered'> {
  return { type: 'LiquidationOrderAnswered', ...fields };
}
