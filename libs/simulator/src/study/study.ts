import { readBookFigures } from './impact-fit.js';
import type { Outcome } from './outcome.js';
import { POLICY_NAMES } from './policies.js';
import {
  BOOK_FILE,
  impactLaw,
  type MarketName,
  MARKETS,
  pathOf,
  type ReadData,
  settingOf,
  type StudyNumbers,
  type Window,
} from './study-markets.js';
import { prepareCase, runPolicy } from './study-run.js';
import { type PolicySummary, summarise } from './study-summary.js';

export interface StudyOptions {
  readonly markets: readonly MarketName[];
  readonly seeds: readonly number[];
  readonly numbers: StudyNumbers;
  readonly read: ReadData;
  /** Only this part of each market. */
  readonly window?: Window;
  /** Told of each outcome as it is there. */
  readonly onOutcome?: (market: MarketName, outcome: Outcome) => void;
}

export interface MarketStudy {
  readonly market: MarketName;
  readonly title: string;
  readonly policies: readonly PolicySummary[];
  readonly outcomes: readonly Outcome[];
}

/** Every policy on every seed of every market, each seed's policies on one and the same population. */
export function runStudy(options: StudyOptions): MarketStudy[] {
  const { markets, seeds, numbers, read, window, onOutcome } = options;
  const law = impactLaw(readBookFigures(read(BOOK_FILE)), numbers);
  return markets.map((market) => {
    const setting = settingOf(pathOf(market, read, window), law, numbers);
    const outcomes: Outcome[] = [];
    for (const seed of seeds) {
      const given = prepareCase(setting, seed);
      for (const policy of POLICY_NAMES) {
        const outcome = runPolicy(given, policy);
        outcomes.push(outcome);
        onOutcome?.(market, outcome);
      }
    }
    const { title } = MARKETS[market];
    return { market, title, policies: summarise(outcomes), outcomes };
  });
}
