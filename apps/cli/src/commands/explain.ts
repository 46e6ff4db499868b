import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { CommandFailure, exitCodes } from '../failure.js';
import { printJson } from '../json-output.js';
import {
  chooseLog,
  type LogOptions,
  parseSequence,
  readingLog,
  refuseBeyondHead,
  withLog,
} from '../log-access.js';

interface Options extends LogOptions {
  readonly check?: string;
  readonly json?: true;
}

/** Checks a document against the log: exit 1 with the first value that does not hold. */
async function runCheck(file: string, options: Options): Promise<void> {
  const { checkExplanation } = await import('../explanation-check.js');
  const content = readFileSync(file, 'utf8');
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(exitCodes.badInput, `${file}: it must be JSON: ${detail}`);
  }
  const chosen = await chooseLog(options);
  const check = await readingLog(chosen, (log) => checkExplanation(document, log, chosen.dataDir));
  const about = check.account === null ? 'of event' : `of the margin of ${check.account} at`;
  if (options.json === true) printJson(check);
  else if (check.ok) {
    process.stdout.write(
      `ok: ${String(check.values)} values of the explanation ${about} ${String(check.sequence)} hold\n`,
    );
  }
  if (check.ok) return;
  const [sum] = check.arithmetic;
  const { path, stated, recomputed } = check.firstDifference ?? {};
  const sentence =
    path === undefined
      ? `margin.${sum?.path ?? ''} ${sum?.rule ?? ''}: it is ${sum?.stated ?? ''}, not ${sum?.computed ?? ''}`
      : `${path} is ${stated ?? 'missing'}; recomputed from the log it is ${recomputed ?? 'not there'}`;
  throw new CommandFailure(exitCodes.checkFailed, `${file} does not hold: ${sentence}`);
}

async function runExplain(text: string | undefined, options: Options): Promise<void> {
  if (options.check !== undefined) {
    await runCheck(options.check, options);
    return;
  }
  if (text === undefined) {
    const sentence = 'no event is named; give its sequence, or --check FILE for an explanation';
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
  const sequence = parseSequence('the sequence', text);
  const { explain } = await import('#libs/replay');
  const { explanationJson } = await import('../explanation-json.js');
  const chosen = await chooseLog(options);
  const report = await readingLog(chosen, async (log) => {
    refuseBeyondHead('the sequence', sequence, (await log.head()).sequence);
    const explanation = await explain(log, chosen.dataDir, sequence);
    if (explanation === undefined) {
      const sentence = `there is no event of sequence ${text} in ${chosen.location.display}`;
      throw new CommandFailure(exitCodes.badInput, sentence);
    }
    return explanationJson(explanation);
  });
  if (options.json === true) {
    printJson(report);
    return;
  }
  const { explanationText } = await import('../explanation-text.js');
  process.stdout.write(explanationText(report));
}

export function register(program: Command): void {
  withLog(program.command('explain'))
    .summary('why an event happened: its causes, the figures, what would have cured it')
    .description(
      'Explains one event: the chain of causes that led to it, what it changed, what followed; and\n' +
        'for a margin decision the prices, the rulebook version, every position and currency with its\n' +
        'share (the shares sum to the figures exactly), and what alone would have cured it: a deposit,\n' +
        'fewer lots, or a price. Figures come from the functions that decided, on the recorded state.\n' +
        'Under the model `scenario` also every scenario, the worst one and the charges beside it;\n' +
        '`linear` has none: scenarioVector and worstScenario are null.\n' +
        'With --check FILE, a document printed with --json (or an answer of GET /v1/accounts/:account/margin) is\n' +
        'taken at its word by nobody: its shares are added up, every value is recomputed from the log and\n' +
        'compared. Exit 1: the first that does not hold.',
    )
    .argument('[SEQUENCE]', 'sequence of the event')
    .option('--check <FILE>', 'check an explanation instead: every value against the log')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  novate explain --data-dir D 4711\n' +
        "  novate explain --data-dir D 4711 --json | jq '.margin.cures'\n" +
        '  novate explain --data-dir D --check explanation.json\n' +
        '  novate export --data-dir D --format jsonl | jq -r \'select(.type == "MarginBreached") | .sequence\'',
    )
    .action(runExplain);
}
