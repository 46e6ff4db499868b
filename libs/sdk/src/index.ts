export { Publisher, type PublisherOptions } from './publisher.js';
export { StreamClient, type StreamClientOptions, type StreamState } from './stream-client.js';
export {
  type StreamHandlers,
  type StreamRequest,
  StreamSubscription,
} from './stream-subscription.js';
