import { message } from '../schema.js';
import { inputHead } from './head.js';

const seen = {
  observedAt: {
    type: 'time',
    doc: 'When the source saw it; older than the last one for that expiry is refused.',
  },
  expiry: { type: 'time', doc: 'For which time it holds; later than log time and observedAt.' },
} as const;

const confidencePpm = {
  type: 'u32',
  default: 1_000_000,
  doc: 'Confidence the source gives; 1000000 is full.',
} as const;

export const ForwardObserved = message({
  name: 'ForwardObserved',
  templateId: 120,
  version: 1,
  kind: 'input',
  doc:
    'The forward of an underlying for one expiry. It replaces the last one; options of that expiry are ' +
    'valued at it under `scenario`, unless a later surface names the expiry.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'The underlying; no option.' },
    ...seen,
    forwardTicks: { type: 'i64', doc: 'Forward, in ticks of the underlying.' },
    confidencePpm,
  },
});

export const RateObserved = message({
  name: 'RateObserved',
  templateId: 121,
  version: 1,
  kind: 'input',
  doc: 'The interest rate of a currency up to one expiry. It replaces the last one.',
  fields: {
    ...inputHead,
    currency: { type: 'ref', to: 'currency', doc: 'The currency.' },
    ...seen,
    ratePpb: {
      type: 'i64',
      doc: 'Continuously compounded, a year of 365 days (50000000 is 5 %); at most 100 % either way.',
    },
    confidencePpm,
  },
});
