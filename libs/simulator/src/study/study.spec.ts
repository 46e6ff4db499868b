import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readBookFigures } from './impact-fit.js';
import { lossOf, type Outcome } from './outcome.js';
import { POLICY_NAMES, type PolicyName } from './policies.js';
import { runStudy } from './study.js';
import { BOOK_FILE, DEFAULT_NUMBERS, impactLaw, pathOf, settingOf } from './study-markets.js';
import { studyPicture } from './study-picture.js';
import { prepareCase, runPolicy } from './study-run.js';
import { METRIC_NAMES } from './study-summary.js';
import { figuresTable } from './study-table.js';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../data/${name}`, import.meta.url)), 'utf8');

const numbers = { ...DEFAULT_NUMBERS, accounts: 36 };
/** The fall of 19 May 2021, to just behind its low. */
const window = { from: '2021-05-19T12:30:00Z', to: '2021-05-19T13:12:00Z' };

describe('a short study', () => {
  const study = runStudy({ markets: ['2021-05-19'], seeds: [1], numbers, read, window })[0]!;
  const outcomeOf = (policy: PolicyName): Outcome =>
    study.outcomes.find((own) => own.policy === policy)!;
  const setting = settingOf(
    pathOf('2021-05-19', read, window),
    impactLaw(readBookFigures(read(BOOK_FILE)), numbers),
    numbers,
  );

  it('gives every policy of a seed the same world, and every seed another', () => {
    expect(study.outcomes.map(({ policy }) => policy)).toEqual([...POLICY_NAMES]);
    const digests = new Set(study.outcomes.map(({ digest }) => digest));
    expect([...digests]).toEqual([prepareCase(setting, 1).digest]);
    expect(digests).not.toContain(prepareCase(setting, 2).digest);
  });

  it('is the same again', () => {
    expect(runPolicy(prepareCase(setting, 1), 'ours')).toEqual(outcomeOf('ours'));
  });

  it('liquidates under every policy, and bankrupts only whom it liquidates', () => {
    for (const outcome of study.outcomes) {
      expect(outcome.accountsLiquidated).toBeGreaterThan(0);
      expect(outcome.notionalLiquidated).toBeGreaterThan(0);
      expect(outcome.accountsBankrupted).toBeLessThanOrEqual(outcome.accountsLiquidated);
      expect(lossOf(outcome) > 0).toBe(outcome.accountsBankrupted > 0);
      expect(outcome.largestExtraMove).toBeGreaterThan(0);
    }
  });

  it('closes more with whoever closes everything than with the slice that restores', () => {
    const [all, slice] = [outcomeOf('close-all'), outcomeOf('pro-rata')];
    expect(all.notionalLiquidated).toBeGreaterThan(slice.notionalLiquidated);
  });

  it('makes a table and a picture of it', () => {
    expect(figuresTable(study.policies).split('\n')).toHaveLength(2 + METRIC_NAMES.length);
    const picture = studyPicture([{ title: study.title, policies: study.policies }]);
    expect(picture.match(/<circle/g)).toHaveLength(6 * 4 + 4);
  });
});

describe('the paths', () => {
  it('go through the closes of the bars', () => {
    const path = pathOf('2021-05-19', read);
    const [btc] = path.assets;
    // 13:09 is the minute of the lowest close, 30,101.00; it ends at 13:10, 190 minutes after 10:00.
    expect(btc!.prices[190 * 6]).toBe(30_101);
    expect(Math.min(...btc!.prices)).toBe(30_101);
  });

  it('touch the extremes where the bars tell them', () => {
    const path = pathOf('2022-11-08', read);
    const sol = path.assets.find(({ coin }) => coin === 'SOL')!;
    expect(Math.min(...sol.prices)).toBeCloseTo(9.423, 6);
  });
});
