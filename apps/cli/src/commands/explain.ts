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
  readonly json?: true;
}

async function runExplain(text: string, options: Options): Promise<void> {
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
        '`linear` has none: scenarioVector and worstScenario are null.',
    )
    .argument('<SEQUENCE>', 'sequence of the event')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  novate explain --data-dir D 4711\n' +
        "  novate explain --data-dir D 4711 --json | jq '.margin.cures'\n" +
        '  novate export --data-dir D --format jsonl | jq -r \'select(.type == "MarginBreached") | .sequence\'',
    )
    .action(runExplain);
}
