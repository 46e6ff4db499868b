import { message } from '../schema.js';
import { inputHead } from './head.js';

export const VolatilitySurfaceObserved = message({
  name: 'VolatilitySurfaceObserved',
  templateId: 50,
  version: 1,
  kind: 'input',
  doc:
    'Forwards and implied volatilities of the options on one underlying, all expiries at once. It ' +
    'replaces the last one; with an arbitrage among its options it is refused. Kept, not yet used ' +
    'by `linear`.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'The underlying.' },
    observedAt: {
      type: 'time',
      doc: 'When the source saw it; older than the last one is refused.',
    },
    confidencePpm: {
      type: 'u32',
      default: 1_000_000,
      doc: 'Confidence the source gives; 1000000 is full.',
    },
    expiries: {
      type: 'group',
      maxItems: 32,
      doc: 'The expiries, ascending.',
      fields: {
        expiry: {
          type: 'time',
          doc: 'When the options expire; later than log time and observedAt.',
        },
        forwardTicks: {
          type: 'i64',
          doc: 'Forward for that time, in ticks of the underlying, at which the volatilities were seen.',
        },
      },
    },
    points: {
      type: 'group',
      maxItems: 512,
      doc: 'Volatilities, by expiry and then by strike, each ascending; at least one an expiry.',
      fields: {
        expiryPlace: { type: 'u8', doc: 'Which of the expiries, from 0.' },
        strikeTicks: { type: 'i64', doc: 'Strike in ticks of the underlying, at least 1.' },
        volatilityPpm: {
          type: 'u32',
          doc: 'Implied volatility a year of 365 days (500000 is 50 %), 1 to 100000000.',
        },
      },
    },
  },
});
