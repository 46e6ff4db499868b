export { MalformedMessage } from './malformed-message.js';
export { MessageSplitter } from './message-splitter.js';
export {
  LineError,
  type LineFault,
  type ProposedInput,
  readProposedInput,
} from './proposed-input.js';
export { REFUSED, type RefusalRule, refusalRules, refusalsMarkdown } from './refusals.js';
export {
  type Ack,
  ACK_REFUSAL_BYTES,
  ACK_RUN_BYTES,
  type AckRefusal,
  type AckRun,
  decodeReleased,
  encodeReleased,
  forEachAck,
  type Released,
  RELEASED_HEAD_BYTES,
  type ReleasedParts,
} from './released.js';
export {
  BATCH_HEAD_BYTES,
  decodeHello,
  decodeRefused,
  decodeWelcome,
  encodeBatchHead,
  encodeHeartbeat,
  encodeHello,
  encodeRefused,
  encodeWelcome,
  type Hello,
  HELLO_BYTES_MAX,
  isCountAt,
  PROTOCOL_VERSION,
  protocolOfHello,
  PUBLISHER_NAME_BYTES_MAX,
  type Refused,
  RELEASED_BYTES_MAX,
  STREAM,
  STREAM_HEADER_BYTES,
  STREAM_MESSAGE_BYTES_MAX,
  TOKEN_BYTES_MAX,
  type Welcome,
} from './stream-messages.js';
