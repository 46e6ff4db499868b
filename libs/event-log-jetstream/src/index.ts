export { JetStreamEventLog } from './jetstream-event-log.js';
export {
  urlWithoutLogin,
  parseJetStreamUrl,
  type JetStreamLocation,
} from './jetstream-location.js';
export type { JetStreamLog, JetStreamLogOptions } from './jetstream-options.js';
export { JetStreamReader } from './jetstream-reader.js';
