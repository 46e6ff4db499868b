import type { Command } from 'commander';
import { addDayOptions, type DayOptions, placeOfDay } from '../demo/day-options.js';

interface Options extends DayOptions {
  readonly market: string;
}

async function simulate(options: Options): Promise<void> {
  const { readMarket } = await import('../demo/bar-source.js');
  const { runMarketDay } = await import('../demo/market-day-command.js');
  const { seed, accounts, trades } = options;
  const place = await placeOfDay(options, 'simulate');
  const market = readMarket(options.market);
  const symbols = market.map(({ symbol }) => symbol).join(', ');
  await runMarketDay({
    title: `Simulated market: ${symbols}`,
    market,
    wanted: { seed, accounts, trades },
    place,
    acceptTimeJump: options.acceptTimeJump ?? false,
    json: options.json ?? false,
    resumeWith: `npx novate simulate --market ${options.market} ${place.options}`,
  });
}

const help = `
A bar file is CSV, plain or gzip, with a header that names a time (ts_ms, timestamp, ...), a close
and, if it has one, a volume. Several files give several markets; they run over the time that all of
them cover. Without SYMBOL= the symbol is the file name up to the first "-"; each symbol once.

Everything else is as in \`novate demo\`.

Examples:
  novate simulate --market BTCUSDT-1m-20210519.csv.gz --data-dir crash
  novate simulate --market BTC=a.csv,ETH=b.csv.gz --accounts 2000 --trades 100000 --seed 3`;

export function register(program: Command): void {
  const command = program
    .command('simulate')
    .summary('the demo with the prices of other days')
    .description(
      'Run the days of one or more bar files through a clearing node and verify the log.',
    )
    .requiredOption('--market <FILES>', '[SYMBOL=]F.csv[.gz], several with commas between');
  addDayOptions(command).addHelpText('after', help).action(simulate);
}
