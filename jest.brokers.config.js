import base from './jest.config.js';

/** Specs that need a broker: `npm run test:brokers`. One after another, each with its own server. */
export default { ...base, testMatch: ['**/*.brokers.ts'], maxWorkers: 1, testTimeout: 120_000 };
