import { readFileSync } from 'node:fs';
import type { Command } from 'commander';

interface Options {
  readonly rulebook: string;
  readonly portfolio: string;
  readonly json?: true;
}

async function runMargin({ rulebook, portfolio, json }: Options): Promise<void> {
  const { marginReport } = await import('../margin/margin-report.js');
  const given = (file: string) => ({ file, content: readFileSync(file, 'utf8') });
  const report = marginReport(given(rulebook), given(portfolio));
  if (json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const { marginText } = await import('../margin/margin-text.js');
  process.stdout.write(marginText(report));
}

export function register(program: Command): void {
  program
    .command('margin')
    .summary('one margin calculation, explained')
    .description(
      'Computes equity, initial and maintenance requirement of one portfolio under the model `scenario`\n' +
        '(docs/margin.md): the scenario vector, the worst scenario, and the share of each leg and charge;\n' +
        'the shares add up to the requirement exactly. Amounts are decimals of the margin currency.\n' +
        'The forms: docs/margin-rulebook.schema.json and docs/margin-portfolio.schema.json;\n' +
        'what --json prints: docs/margin-report.schema.json.',
    )
    .requiredOption('--rulebook <FILE>', 'JSON with the parameters of the model')
    .requiredOption('--portfolio <FILE>', 'JSON with market, cash and positions')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  novate margin --rulebook examples/margin/rulebook.json --portfolio examples/margin/portfolio.json\n' +
        "  novate margin --rulebook R.json --portfolio P.json --json | jq '.initial.legs'\n" +
        'Exit codes: 0 done; 2 a file is wrong: what, where, which rule.',
    )
    .action(runMargin);
}
