import type { AmountMinor, Lots, Ppm, PriceTicks } from '#libs/units';
import type { Catalogue, MessageName } from './catalogue/index.js';
import type { FixedField, MessageKind, MessageOf } from './schema.js';

/** The in-memory form of a message, picked by its name; of several names, their union. */
export type MessageNamed<N extends MessageName> = { [K in N]: MessageOf<Catalogue[K]> }[N];

/** Every message there is, told apart by `type`. */
export type Message = MessageNamed<MessageName>;

/** The unit of a field is the end of its name; a field without one is a plain number. */
type UnitOf<FieldName> = FieldName extends `${string}Ticks`
  ? PriceTicks
  : FieldName extends `${string}Lots`
    ? Lots
    : FieldName extends `${string}Minor`
      ? AmountMinor
      : FieldName extends `${string}Ppm`
        ? Ppm
        : number;

type InUnits<M> = {
  [K in keyof M]: M[K] extends number
    ? UnitOf<K>
    : M[K] extends readonly (infer Item extends Readonly<Record<string, number>>)[]
      ? readonly InUnits<Item>[]
      : M[K];
};

/**
 * A message as the core reads and decides it: its figures carry their units, so that a price does
 * not pass for a quantity. Outsiders write plain numbers; `readRecord` is where they get a unit.
 */
export type Measured<N extends MessageName = MessageName> = {
  [K in N]: InUnits<MessageOf<Catalogue[K]>>;
}[N];

type NameOfKind<K extends MessageKind> = {
  [N in MessageName]: Catalogue[N]['kind'] extends K ? N : never;
}[MessageName];

/** Names of the messages that an outsider may propose. */
export type InputName = NameOfKind<'input' | 'trade'>;
/** What an outsider may propose. */
export type InputMessage = MessageNamed<InputName>;
/** Names of the messages that the clearing house itself decides. */
export type DecisionName = NameOfKind<'decision'>;
/** Names of the records that take an event sequence: inputs and decisions. */
export type EventName = NameOfKind<'input' | 'decision'>;
/** Names of the records about the log itself. */
export type LogRecordName = NameOfKind<'log'>;

/** Names of the fixed-size fields of a message: those that stand at a constant offset. */
export type FixedFieldName<N extends MessageName> = {
  [F in keyof Catalogue[N]['fields']]: Catalogue[N]['fields'][F] extends FixedField ? F : never;
}[keyof Catalogue[N]['fields']];
