import { type BookFigures, fitImpact } from './impact-fit.js';
import type { ImpactLaw } from './impact-book.js';
import { type MarketPath, marketPath } from './price-path.js';
import { readRangedBars } from './ranged-bars.js';
import type { StudySetting } from './study-run.js';
import { LATEST_LOGIC } from '#libs/clearing-house';

/** Reads a file of libs/simulator/data. */
export type ReadData = (name: string) => string;

interface MarketDefinition {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly from: string;
  readonly to: string;
  readonly stepMs: number;
}

/** The two collapses of the study. */
export const MARKETS = {
  '2021-05-19': {
    title: '19 May 2021, BTC and ETH, minute bars',
    files: { BTC: 'btcusdt-1m-20210519.csv', ETH: 'ethusdt-1m-20210519.csv' },
    from: '2021-05-19T10:00:00Z',
    to: '2021-05-19T16:00:00Z',
    stepMs: 10_000,
  },
  '2022-11-08': {
    title: '8 to 10 November 2022, ETH (5-minute bars), SOL and BNB (15-minute bars)',
    files: {
      ETH: 'ethusdt-5m-20221108.csv',
      SOL: 'solusdt-15m-20221108.csv',
      BNB: 'bnbusdt-15m-20221108.csv',
    },
    from: '2022-11-08T12:00:00Z',
    to: '2022-11-10T06:00:00Z',
    stepMs: 60_000,
  },
} as const satisfies Record<string, MarketDefinition>;
export type MarketName = keyof typeof MARKETS;
export const MARKET_NAMES = Object.keys(MARKETS) as MarketName[];
export const BOOK_FILE = 'book-impact-btcusdt-20240808.csv';

export interface StudyNumbers {
  readonly accounts: number;
  readonly openInterestMinutes: number;
  readonly indexWeight: number;
  /** Displacement that stays, by a flow of a minute's turnover, in volatilities of a minute. */
  readonly lasting: number;
  /** Time in which half of the rest is back, seconds. */
  readonly halfLifeS: number;
  readonly slippagePpm: number;
  readonly targetPpm: number;
  readonly orderLifeS: number;
  /** Ours alone: most of the depth within its limit that an order takes, ppm; 0: no limit. */
  readonly depthSharePpm: number;
  /** Ours alone: time between two plans of an account, seconds. */
  readonly trancheDelayS: number;
}

/** What the study is run with unless it is told otherwise. */
export const DEFAULT_NUMBERS: StudyNumbers = {
  accounts: 150,
  openInterestMinutes: 20,
  indexWeight: 0.25,
  lasting: 0.2,
  halfLifeS: 120,
  slippagePpm: 35_000,
  targetPpm: 1_500_000,
  orderLifeS: 30,
  depthSharePpm: 0,
  trancheDelayS: 0,
};

/** A part of a market's time, RFC 3339. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** Path of a market, or of a part of it. */
export function pathOf(
  name: MarketName,
  read: ReadData,
  window: Window = MARKETS[name],
): MarketPath {
  const { files, stepMs } = MARKETS[name];
  const [fromMs, toMs] = [Date.parse(window.from), Date.parse(window.to)];
  const bars = new Map(
    Object.entries(files).map(([coin, file]) => [coin, readRangedBars(read(file))] as const),
  );
  return marketPath({ name, fromMs, toMs, stepMs, bars });
}

/** The impact law of a recorded book; what comes back, and how soon, is assumed. */
export function impactLaw(figures: BookFigures, numbers: StudyNumbers): ImpactLaw {
  const { scale, exponent } = fitImpact(figures);
  const { lasting, halfLifeS } = numbers;
  return { scale, exponent, lasting, halfLifeUs: halfLifeS * 1_000_000 };
}

/** Everything that a run needs, of a market and the numbers. */
export function settingOf(path: MarketPath, law: ImpactLaw, numbers: StudyNumbers): StudySetting {
  const { slippagePpm, targetPpm, orderLifeS, accounts, openInterestMinutes, indexWeight } =
    numbers;
  return {
    path,
    law,
    indexWeight,
    accounts,
    openInterestMinutes,
    orderLifeUs: orderLifeS * 1_000_000,
    terms: { slippagePpm, targetPpm, execution: {} },
    ourExecution: {
      depthSharePpm: numbers.depthSharePpm,
      trancheDelayUs: numbers.trancheDelayS * 1_000_000,
    },
    logicVersion: LATEST_LOGIC,
  };
}
