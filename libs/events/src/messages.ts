import type { Catalogue, MessageName } from './catalogue/index.js';
import type { FixedField, MessageKind, MessageOf } from './schema.js';

/** The in-memory form of a message, picked by its name; of several names, their union. */
export type MessageNamed<N extends MessageName> = { [K in N]: MessageOf<Catalogue[K]> }[N];

/** Every message there is, told apart by `type`. */
export type Message = MessageNamed<MessageName>;

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
