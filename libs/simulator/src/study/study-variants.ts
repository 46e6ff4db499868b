import { type MarketStudy, runStudy, type StudyOptions } from './study.js';
import type { MarketName, StudyNumbers } from './study-markets.js';

/** What is assumed, once at a time with other values: how much of the result hangs on it. */
const VARIANTS: readonly { readonly label: string; readonly numbers: Partial<StudyNumbers> }[] = [
  { label: 'as above', numbers: {} },
  { label: 'half of the open interest', numbers: { openInterestMinutes: 10 } },
  { label: 'twice the open interest', numbers: { openInterestMinutes: 40 } },
  { label: 'marks without what passes', numbers: { indexWeight: 0 } },
  { label: 'twice as much stays', numbers: { lasting: 0.4 } },
  { label: 'half is back after 10 min', numbers: { halfLifeS: 600 } },
  { label: 'our limits and the slice at 1 %', numbers: { slippagePpm: 10_000 } },
  { label: 'target 1.15 x maintenance', numbers: { targetPpm: 1_150_000 } },
  {
    label: 'ours orders at most the depth within its limits',
    numbers: { depthSharePpm: 1_000_000 },
  },
];
export const VARIED_MARKET: MarketName = '2021-05-19';

export interface Variant {
  readonly label: string;
  readonly study: MarketStudy;
}

/** The first collapse under every variant, on the seeds that are given. */
export function runVariants(options: Omit<StudyOptions, 'markets'>): Variant[] {
  return VARIANTS.map(({ label, numbers }) => {
    const varied = { ...options, numbers: { ...options.numbers, ...numbers } };
    const [study] = runStudy({ ...varied, markets: [VARIED_MARKET] });
    return { label, study: study! };
  });
}
