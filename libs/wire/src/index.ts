export { MessageSplitter } from './message-splitter.js';
export {
  LineError,
  type LineFault,
  type ProposedInput,
  readProposedInput,
} from './proposed-input.js';
export {
  BATCH_HEAD_BYTES,
  decodeHello,
  decodeRefused,
  decodeReleased,
  decodeWelcome,
  encodeBatchHead,
  encodeHello,
  encodeRefused,
  encodeReleased,
  encodeWelcome,
  type Hello,
  PROTOCOL_VERSION,
  type Released,
  RELEASED_HEAD_BYTES,
  STREAM,
  STREAM_HEADER_BYTES,
  STREAM_MESSAGE_BYTES_MAX,
  type Welcome,
} from './stream-messages.js';
export {
  CHANNEL_NAMES,
  type ChannelName,
  type ClientMessage,
  type EventEnvelope,
  type InputsAcknowledged,
  type ServerMessage,
  STREAM_CLOSE,
  STREAM_PATH,
  type StreamFault,
  type SubscribeMessage,
} from './subscription-messages.js';
