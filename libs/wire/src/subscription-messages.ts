/**
 * What a node and a subscriber say to each other over the WebSocket at /v1/stream: one JSON object a
 * message, told apart by `op`. Sequences are decimal strings, small counts are numbers.
 */

export const STREAM_PATH = '/v1/stream';

/** Names of the channels; which events each holds stands in the node's channel table. */
export const CHANNEL_NAMES = [
  'liquidations',
  'acks',
  'calls',
  'limits',
  'margin',
  'positions',
  'trades',
  'prices.index',
  'prices.settlement',
  'rulebook',
  'day',
  'status',
] as const;

export type ChannelName = (typeof CHANNEL_NAMES)[number];

/** Why the node ended a connection: WebSocket close codes of the range that is free for use. */
export const STREAM_CLOSE = {
  /** No token within the deadline, or one that is not, or no longer, valid. */
  unauthenticated: 4001,
  /** Too many refused messages, or messages too fast. */
  misuse: 4002,
  /** It read too slowly; the message `dropped` before it names the sequences to go on from. */
  slow: 4008,
  /** Nothing was heard from it, not even a pong. */
  silent: 4009,
  /** The log could not be read, or the node failed otherwise. */
  failed: 4011,
  /** The node has as many connections, or the token, as it may. */
  full: 4013,
} as const;

/** An event as it is exported and streamed. */
export interface EventEnvelope {
  readonly sequence: string;
  readonly frame: string;
  readonly time: string;
  readonly type: string;
  readonly version: number;
  readonly cause: string;
  readonly [field: string]: unknown;
}

/** What the channel `acks` carries: once for a publisher and frame, whatever the frame holds. */
export interface InputsAcknowledged extends EventEnvelope {
  readonly type: 'InputsAcknowledged';
  readonly publisher: string;
  /**
   * Dense runs `[first publisherSequence, first sequence, count]`. A run that begins with "0" holds
   * inputs that had no number.
   */
  readonly runs: readonly (readonly [string, string, number])[];
  readonly rejected: readonly {
    readonly publisherSequence: string;
    readonly sequence: string;
    readonly reason: number;
    readonly name: string;
  }[];
  /** Ids under which inputs came: `[message id, sequence of the input]`. */
  readonly identified: readonly (readonly [string, string])[];
}

export interface SubscribeMessage {
  readonly op: 'subscribe';
  readonly channel: ChannelName;
  readonly account?: string;
  readonly publisher?: string;
  readonly from?: string;
  /** Given back in the answer. */
  readonly request?: string;
}

export type ClientMessage =
  | { readonly op: 'authenticate'; readonly token: string }
  | SubscribeMessage
  | { readonly op: 'unsubscribe'; readonly subscription: number }
  | { readonly op: 'ping'; readonly nonce?: string };

/** An answer to a message that cannot be followed; nothing else changed. */
export interface StreamFault {
  readonly code: string;
  /** Field of the message; absent when it is about the whole of it. */
  readonly field?: string;
  readonly rule: string;
  readonly remedy: string;
}

export type ServerMessage =
  | {
      readonly op: 'welcome';
      readonly name: string;
      readonly role: string;
      /** Last durable event. */
      readonly sequence: string;
      readonly time: string;
    }
  | {
      readonly op: 'subscribed';
      readonly subscription: number;
      readonly channel: ChannelName;
      readonly account?: string;
      readonly publisher?: string;
      /** First sequence that it covers. */
      readonly from: string;
      /** Last durable event at this moment. */
      readonly sequence: string;
      /** Messages `snapshot` that follow. */
      readonly snapshots?: number;
      readonly request?: string;
    }
  | {
      readonly op: 'snapshot';
      readonly subscription: number;
      readonly sequence: string;
      readonly time: string;
      readonly account: string;
      readonly state: Readonly<Record<string, unknown>>;
    }
  | {
      readonly op: 'events';
      readonly subscription: number;
      /** Number of the first event within the subscription, from 1; the others follow densely. */
      readonly number: number;
      readonly events: readonly EventEnvelope[];
    }
  | {
      readonly op: 'gap';
      readonly subscription: number;
      readonly from: string;
      readonly to: string;
      readonly reason: string;
    }
  | {
      readonly op: 'heartbeat';
      /** Last durable event that was looked at for the streams, and its log time. */
      readonly sequence: string;
      readonly time: string;
      /** By subscription: everything up to this sequence has been sent. */
      readonly through: Readonly<Record<string, string>>;
    }
  | { readonly op: 'unsubscribed'; readonly subscription: number }
  | { readonly op: 'pong'; readonly sequence: string; readonly nonce?: string }
  | {
      readonly op: 'dropped';
      readonly code: string;
      readonly through: Readonly<Record<string, string>>;
    }
  | ({ readonly op: 'error'; readonly request?: string } & StreamFault);
