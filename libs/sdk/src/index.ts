export {
  StreamConnection,
  type StreamConnectionOptions,
  StreamRefused,
} from './stream-connection.js';
