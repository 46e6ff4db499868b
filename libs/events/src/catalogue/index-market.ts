import { message } from '../schema.js';
import { inputHead } from './head.js';

const SOURCES_MAX = 32;

export const IndexDefined = message({
  name: 'IndexDefined',
  templateId: 122,
  version: 1,
  kind: 'input',
  doc:
    'From here on an instrument is marked by the median of several sources. It replaces the last ' +
    'definition; without sources the instrument is marked by PriceObserved again.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'The instrument.' },
    maxAgeUs: { type: 'i64', doc: 'A price of a source that is as old as this is not used.' },
    maxDeviationPpm: {
      type: 'u32',
      doc: 'A price further than this from the median of the fresh ones is not used; 0: each is.',
    },
    minSources: { type: 'u8', doc: 'With fewer prices to use the market is stale.' },
    sources: {
      type: 'group',
      maxItems: SOURCES_MAX,
      doc: 'The sources, ascending; none ends the index.',
      fields: {
        source: { type: 'u16', doc: 'Number of the source, from 1.' },
        speaker: {
          type: 'ref',
          to: 'publisher',
          doc: 'Who alone may publish its prices; none: whoever may publish prices.',
        },
      },
    },
  },
});

export const IndexSourceObserved = message({
  name: 'IndexSourceObserved',
  templateId: 123,
  version: 1,
  kind: 'input',
  doc: 'What one source of an index says. The index is determined anew.',
  fields: {
    ...inputHead,
    instrument: { type: 'ref', to: 'instrument', doc: 'The instrument.' },
    source: { type: 'u16', doc: 'Number of the source.' },
    priceTicks: { type: 'i64', doc: 'Its price, at least 1.' },
    observedAt: {
      type: 'time',
      doc: "When the source saw it; older than the source's last one is refused.",
    },
    confidencePpm: {
      type: 'u32',
      default: 1_000_000,
      doc: 'Confidence the source gives; 1000000 is full.',
    },
  },
});

/** How many prices there were, and which were left out, for both outcomes. */
const standing = {
  freshSources: { type: 'u8', doc: 'Sources whose price is not too old.' },
  usedSources: { type: 'u8', doc: 'Of them, those that are not too far from their median.' },
} as const;

const excluded = {
  type: 'group',
  maxItems: SOURCES_MAX,
  doc: 'Sources that gave a price which is not used, ascending.',
  fields: {
    source: { type: 'u16', doc: 'Number of the source.' },
    fault: {
      type: 'enum',
      values: ['old', 'outlying'],
      doc: 'old: too old; outlying: too far from the median of the fresh ones.',
    },
  },
} as const;

export const IndexPriceDetermined = message({
  name: 'IndexPriceDetermined',
  templateId: 124,
  version: 1,
  kind: 'decision',
  doc: 'The median of the prices that are used: the mark, unless it is an outlier (PriceQuarantined).',
  fields: {
    instrument: { type: 'ref', to: 'instrument', doc: 'The instrument.' },
    priceTicks: { type: 'i64', doc: 'Median; of an even number the mean of the middle two, down.' },
    ...standing,
    spreadPpm: {
      type: 'u32',
      doc: 'Largest distance of a used price from it, up; at most 1000000.',
    },
    confidencePpm: {
      type: 'u32',
      doc: 'Least confidence of a used price, less spreadPpm; at least 0.',
    },
    excluded,
  },
});

export const IndexUndetermined = message({
  name: 'IndexUndetermined',
  templateId: 125,
  version: 1,
  kind: 'decision',
  doc: 'Fewer sources than minSources can be used: the mark stays and the market turns stale.',
  fields: {
    instrument: { type: 'ref', to: 'instrument', doc: 'The instrument.' },
    ...standing,
    excluded,
  },
});
