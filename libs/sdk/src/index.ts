export {
  type Accepted,
  type AnswerHead,
  type BatchAnswer,
  type ProblemBody,
  ProblemError,
  type TradeLeg,
} from './http-answers.js';
export { HttpClient, type HttpClientOptions } from './http-client.js';
export type { InputJson } from './input-json.js';
export { Publisher, type PublisherOptions } from './publisher.js';
export { StreamClient, type StreamClientOptions, type StreamState } from './stream-client.js';
export {
  type StreamHandlers,
  type StreamRequest,
  StreamSubscription,
} from './stream-subscription.js';
