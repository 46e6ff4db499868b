export { Publisher, type PublisherOptions } from './publisher.js';
