import type { Command } from 'commander';
import { addDayOptions, type DayOptions, placeOfDay } from '../demo/day-options.js';

async function demo(options: DayOptions): Promise<void> {
  const { demoMarket } = await import('../demo/bar-source.js');
  const { runMarketDay } = await import('../demo/market-day-command.js');
  const { seed, accounts, trades } = options;
  const place = await placeOfDay(options, 'demo');
  await runMarketDay({
    title: '19 May 2021: Bitcoin and Ether fall by a third within hours',
    market: demoMarket(),
    wanted: { seed, accounts, trades },
    place,
    acceptTimeJump: options.acceptTimeJump ?? false,
    json: options.json ?? false,
    resumeWith: `npx novate demo ${place.options}`,
  });
}

const help = `
A crash day of real prices and a generated membership's trades go through a clearing node that runs
beside this command: every input is sequenced, decided, made durable and only then answered;
breaches are liquidated by orders that a simulated venue fills. Then the whole log is re-read, every
hash checked and every decision made again.

Interrupt it or kill it at any moment: the same command with --data-dir goes on where the log ends,
and ends with the same businessRoot. Without --data-dir the log goes to a new directory in .novate/.

Examples:
  npm run demo
  npm run demo -- --accounts 1000 --trades 50000 --seed 7
  npx novate demo --data-dir my-day --json > my-day.json
  npx novate demo --log nats://127.0.0.1:4222/demo

With --log the log is a JetStream stream and the directory holds what belongs to it. The demo takes
a server that does not sync each message, and says so; a node does not (see docs/operations.md).`;

export function register(program: Command): void {
  const command = program
    .command('demo')
    .summary('run a crash day through a real node and verify it')
    .description('Run 19 May 2021 through a clearing node, verify the log, print what happened.');
  addDayOptions(command).addHelpText('after', help).action(demo);
}
