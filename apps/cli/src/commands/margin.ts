import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../failure.js';
import { printJson } from '../json-output.js';
import { chooseLog, type LogOptions, readingLog, withLog } from '../log-access.js';
import { parsePoint } from '../log-point.js';
import type { AccountMarginReport, AccountQuestion } from '../margin/account-question.js';

interface Options extends LogOptions {
  readonly rulebook?: string;
  readonly portfolio?: string;
  readonly account?: string;
  readonly to?: string;
  readonly buy?: string;
  readonly sell?: string;
  readonly lots?: string;
  readonly price?: string;
  readonly range?: string;
  readonly points?: string;
  readonly moves?: true;
  readonly json?: true;
}

const ofAccount = ['account', 'to', 'buy', 'sell', 'lots', 'price', 'range', 'points'] as const;
const EXACT_MAX = 2 ** 52;

function badInput(sentence: string): never {
  throw new CommandFailure(exitCodes.badInput, sentence);
}

/** A whole number of an option in its bounds. */
function wholeOf(
  flag: string,
  text: string | undefined,
  { min, max, preset }: { min: number; max: number; preset: number },
): number {
  if (text === undefined) return preset;
  const value = Number(text);
  if (/^\d{1,16}$/.test(text) && value >= min && value <= max) return value;
  return badInput(
    `${flag} is ${JSON.stringify(text)}; it must be a whole number from ${String(min)} to ${String(max)}`,
  );
}

function questionOf(options: Options, account: string): AccountQuestion {
  const pointCount = wholeOf('--points', options.points, { min: 3, max: 201, preset: 13 });
  if (pointCount % 2 === 0) badInput('--points must be odd, so that one of them is no move');
  const { buy, sell, price } = options;
  return {
    account,
    ...(buy === undefined ? {} : { buy }),
    ...(sell === undefined ? {} : { sell }),
    lots: wholeOf('--lots', options.lots, { min: 1, max: EXACT_MAX, preset: 1 }),
    ...(price === undefined
      ? {}
      : { priceTicks: wholeOf('--price', price, { min: 1, max: EXACT_MAX, preset: 1 }) }),
    rangePpm: 10_000 * wholeOf('--range', options.range, { min: 1, max: 99, preset: 30 }),
    pointCount,
  };
}

async function runAccount(options: Options, account: string): Promise<void> {
  if (options.rulebook !== undefined || options.portfolio !== undefined) {
    badInput('--account asks a log; --rulebook and --portfolio are files: give one or the other');
  }
  const question = questionOf(options, account);
  const { recover } = await import('#libs/replay');
  const { answerOf } = await import('../margin/account-question.js');
  const chosen = await chooseLog(options);
  const report: AccountMarginReport = await readingLog(chosen, async (log) => {
    const point = await parsePoint('--to', options.to, (await log.head()).sequence);
    const { state } = await recover(log, chosen.dataDir, point);
    return answerOf(state, question);
  });
  if (options.json === true) {
    printJson(report);
    return;
  }
  const { accountMarginText } = await import('../margin/account-margin-text.js');
  process.stdout.write(accountMarginText(report));
}

async function runForms(options: Options): Promise<void> {
  const { rulebook, portfolio, json } = options;
  if (rulebook === undefined || portfolio === undefined) {
    return badInput(
      'give --rulebook and --portfolio for files, or --data-dir and --account for a log',
    );
  }
  const astray = [...ofAccount, 'dataDir' as const].find((name) => options[name] !== undefined);
  if (astray !== undefined) badInput(`--${astray} is about an account of a log; add --account`);
  const { marginReport, marginReportWithMoves } = await import('../margin/margin-report.js');
  const given = (file: string) => ({ file, content: readFileSync(file, 'utf8') });
  const compute = options.moves === true ? marginReportWithMoves : marginReport;
  const report = await compute(given(rulebook), given(portfolio));
  if (json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const { marginText } = await import('../margin/margin-text.js');
  process.stdout.write(marginText(report));
}

async function runMargin(options: Options): Promise<void> {
  await (options.account === undefined ? runForms(options) : runAccount(options, options.account));
}

export function register(program: Command): void {
  withLog(program.command('margin'))
    .summary('a margin calculation, explained; how far an account is from a breach')
    .description(
      'With --rulebook and --portfolio: equity, initial and maintenance requirement of one portfolio under\n' +
        'the model `scenario` (docs/margin.md): the scenario vector, the worst scenario, and the share of each\n' +
        'leg and charge; the shares add up to the requirement exactly. Amounts are decimals of the margin\n' +
        'currency. The forms: docs/margin-rulebook.schema.json and docs/margin-portfolio.schema.json;\n' +
        'what --json prints: docs/margin-report.schema.json. With --moves also how far it is from a breach.\n\n' +
        'With a log and --account: its margin, the joint move of all prices at which it breaches, with the\n' +
        'liquidation prices and the worst scenario there, and a curve of equity and requirements against the\n' +
        'move (docs/rules.md 6c); with --buy or --sell also the margin after that order and the largest that fits.\n' +
        'The answer names the sequence that it is about; the figures are those of the engine.',
    )
    .option('--rulebook <FILE>', 'JSON with the parameters of the model')
    .option('--portfolio <FILE>', 'JSON with market, cash and positions')
    .option('--moves', 'with files: also the moves at which it breaches, and the curve')
    .option('--account <NAME>', 'an account of the log')
    .option('--to <POINT>', 'sequence or RFC 3339 time (default: the end of the log)')
    .option('--buy <INSTRUMENT>', 'an order that the account thinks of')
    .option('--sell <INSTRUMENT>', 'an order that the account thinks of')
    .option('--lots <N>', 'its size (default: 1)')
    .option('--price <TICKS>', 'its price in ticks (default: the mark)')
    .option('--range <PERCENT>', 'how far the curve goes, up and down (default: 30)')
    .option('--points <N>', 'points of the curve, an odd number (default: 13)')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  novate margin --rulebook examples/margin/rulebook.json --portfolio examples/margin/portfolio.json\n' +
        "  novate margin --rulebook R.json --portfolio P.json --json | jq '.initial.legs'\n" +
        '  novate margin --rulebook R.json --portfolio P.json --moves\n' +
        '  novate margin --data-dir D --account alice --buy BTC-PERP --lots 100\n' +
        "  novate margin --data-dir D --account alice --json | jq '.moves.down.marks'\n" +
        'Exit codes: 0 done; 2 a file or an option is wrong: what, where, which rule.',
    )
    .action(runMargin);
}
