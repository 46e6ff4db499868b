/**
 * The study of liquidation policies: `ROOT [--seeds N] [--market NAME] [--set key=value]... [--json] [--print]`.
 * bin/study.mjs starts it. Writes docs/liquidation-study.md and .svg unless it only prints.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBookFigures } from './impact-fit.js';
import type { Outcome } from './outcome.js';
import { runStudy, type MarketStudy } from './study.js';
import {
  BOOK_FILE,
  DEFAULT_NUMBERS,
  MARKET_NAMES,
  type MarketName,
  type StudyNumbers,
} from './study-markets.js';
import { studyPage } from './study-page.js';
import { studyPicture } from './study-picture.js';
import { runVariants } from './study-variants.js';
import { againstTable, figuresTable, whereNotBetter } from './study-table.js';

interface Arguments {
  readonly seeds: number;
  readonly markets: readonly MarketName[];
  readonly numbers: StudyNumbers;
  readonly json: boolean;
  readonly print: boolean;
}

/** Seeds on which single assumptions are changed. */
const VARIANT_SEEDS = 2;

class Misuse extends Error {}

function parse(words: readonly string[]): Arguments {
  const numbers: Record<string, number> = { ...DEFAULT_NUMBERS };
  let [seeds, json, print] = [20, false, false];
  let markets: readonly MarketName[] = MARKET_NAMES;
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--json') json = true;
    else if (word === '--print') print = true;
    else if (word === '--seeds') seeds = wholeNumber(word, rest.shift());
    else if (word === '--market') markets = [marketNamed(rest.shift())];
    else if (word === '--set') {
      const [key = '', value] = (rest.shift() ?? '').split('=');
      if (!(key in numbers))
        throw new Misuse(`--set ${key}: one of ${Object.keys(numbers).join(', ')}`);
      const number = Number(value);
      if (!(number >= 0)) throw new Misuse(`--set ${key}=${String(value)}: a number of at least 0`);
      numbers[key] = number;
    } else throw new Misuse(`${word} is no option; see --help`);
  }
  return { seeds, markets, numbers: numbers as unknown as StudyNumbers, json, print };
}

function wholeNumber(option: string, text: string | undefined): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Misuse(`${option} ${String(text)}: a whole number of at least 1`);
}

function marketNamed(text: string | undefined): MarketName {
  const found = MARKET_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Misuse(`--market ${String(text)}: one of ${MARKET_NAMES.join(', ')}`);
}

function progress(market: MarketName, outcome: Outcome): void {
  if (!process.stderr.isTTY) return;
  const { seed, policy } = outcome;
  process.stderr.write(`\r${market} seed ${seed} ${policy.padEnd(20)}`);
}

function printed({ title, policies }: MarketStudy): string {
  const worse = whereNotBetter(policies);
  const lines = worse.length === 0 ? ['nowhere'] : worse;
  return [
    `${title}: median (least to most)`,
    figuresTable(policies),
    '',
    'Seeds in which ours has less / the same / more:',
    againstTable(policies),
    '',
    'Where ours is not best by the median:',
    ...lines.map((line) => `- ${line}`),
    '',
  ].join('\n');
}

function main(root: string, words: readonly string[]): void {
  const { seeds, markets, numbers, json, print } = parse(words);
  const read = (name: string): string =>
    readFileSync(join(root, 'libs/simulator/data', name), 'utf8');
  const all = Array.from({ length: seeds }, (_, k) => k + 1);
  const studies = runStudy({ markets, seeds: all, numbers, read, onOutcome: progress });
  if (process.stderr.isTTY) process.stderr.write('\r');
  if (!print) {
    const variantSeeds = Math.min(VARIANT_SEEDS, seeds);
    const variants = runVariants({ seeds: all.slice(0, variantSeeds), numbers, read });
    const book = readBookFigures(read(BOOK_FILE));
    const page = studyPage({ studies, numbers, seeds, book, variants, variantSeeds });
    writeFileSync(join(root, 'docs/liquidation-study.md'), page);
    writeFileSync(join(root, 'docs/liquidation-study.svg'), studyPicture(studies));
  }
  if (json) process.stdout.write(`${JSON.stringify({ seeds, numbers, markets: studies })}\n`);
  else process.stdout.write(studies.map(printed).join('\n'));
}

const [root = '.', ...words] = process.argv.slice(2);
try {
  main(root, words);
} catch (error) {
  if (!(error instanceof Misuse)) throw error;
  process.stderr.write(`study: ${error.message}\n`);
  process.exitCode = 2;
}
