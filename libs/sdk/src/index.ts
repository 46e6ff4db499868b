export { forEachDecision } from './decisions.js';
export {
  liquidationOrderAnswered,
  priceObserved,
  type PublisherInput,
  tradeReported,
} from './inputs.js';
export { Publisher, type PublisherOptions } from './publisher.js';
export {
  StreamConnection,
  type StreamConnectionOptions,
  StreamRefused,
} from './stream-connection.js';
