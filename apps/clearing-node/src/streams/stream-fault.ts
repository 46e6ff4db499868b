import type { StreamFault } from '#libs/wire';

/** Every reason for refusing a client's message, with the rule that it breaks and what to do. */
export const STREAM_FAULTS = {
  'not-text': ['messages are text', 'Send JSON in text messages.'],
  'not-json': ['a message is one JSON object', 'Send an object with `op`.'],
  'unknown-op': [
    'op is authenticate, subscribe, unsubscribe or ping',
    'Name one of these operations.',
  ],
  'unknown-field': ['an operation has the documented fields only', 'Leave the field out.'],
  'invalid-field': ['the field has its documented form', 'See the AsyncAPI document.'],
  'not-authenticated': [
    'the first message authenticates, unless the upgrade had a bearer token',
    'Send {"op":"authenticate","token":"..."} first.',
  ],
  'already-authenticated': ['a connection has one token', 'Open another connection.'],
  'unknown-channel': ['the channel exists', 'Name a channel of the documented table.'],
  'not-allowed': ['the role may see the channel in this way', 'Use a token of another role.'],
  'unknown-account': ['the account exists and may be seen with this token', 'Correct the name.'],
  'unknown-member': ['the member of the token is admitted', 'Admit the member first.'],
  'unknown-publisher': ['the publisher is registered', 'Correct the name, or register it.'],
  'field-not-used': ['the channel has such a filter', 'Leave the field out.'],
  'too-many-subscriptions': [
    'a connection has a limited number of subscriptions',
    'Unsubscribe from another, or open another connection.',
  ],
  'unknown-subscription': ['the subscription is open', 'Name one that was answered with.'],
  'not-drained': ['what was sent before is read first', 'Read on, then subscribe again.'],
  'snapshot-too-large': [
    'the snapshots of one subscription fit into the limit',
    'Name an account, or subscribe `from` a sequence.',
  ],
} as const satisfies Readonly<Record<string, readonly [rule: string, remedy: string]>>;

export type FaultCode = keyof typeof STREAM_FAULTS;

/** A client's message is refused; nothing else changed. */
export class RefusedMessage extends Error {
  readonly fault: StreamFault;

  constructor(
    code: FaultCode,
    field?: string,
    /** Given back, when the message had one that could be read. */
    readonly request?: string,
  ) {
    super(code);
    const [rule, remedy] = STREAM_FAULTS[code];
    this.fault = { code, ...(field === undefined ? {} : { field }), rule, remedy };
  }
}
