import type { Command } from 'commander';
import type { HouseState } from '#libs/clearing-house';
import type { AccountView, HouseView } from '#libs/replay';
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
  readonly to?: string;
  readonly account?: string;
  readonly json?: true;
}

/** The state of the house at one point of the log. */
export interface StateReport {
  readonly sequence: number;
  readonly time: string | null;
  readonly logicVersion: number;
  readonly businessDate: string | null;
  readonly stateRoot: string;
  readonly businessRoot: string;
  readonly accountCount: number;
  readonly accounts: readonly AccountView[];
  readonly house: HouseView;
  /** Minor digits by currency, so that a reader can place the point in every amount. */
  readonly digits: Readonly<Record<string, number>>;
}

/** `--to`: a sequence, or a time: everything recorded at or before it. */
async function parsePoint(
  to: string | undefined,
  head: number,
): Promise<{ sequence?: number; timeUs?: number }> {
  if (to === undefined) return {};
  if (/^\d+$/.test(to)) {
    const sequence = parseSequence('--to', to);
    refuseBeyondHead('--to', sequence, head);
    return { sequence };
  }
  const { parseTime } = await import('#libs/events');
  const timeUs = parseTime(to);
  if (timeUs !== undefined) return { timeUs };
  const sentence =
    `--to is ${JSON.stringify(to)}; it must be a sequence or an RFC 3339 time in UTC ` +
    'such as 2021-05-19T12:58:00Z';
  throw new CommandFailure(exitCodes.badInput, sentence);
}

function accountIds(state: HouseState, name: string | undefined): number[] {
  const all = Array.from({ length: state.accounts.count }, (_, k) => k + 1);
  if (name === undefined) return all;
  const id = state.names.idOf('account', name);
  if (id === undefined) {
    const sentence = `there is no account ${JSON.stringify(name)} at that point; correct --account`;
    throw new CommandFailure(exitCodes.badInput, sentence);
  }
  const clients = state.accounts.clientsOf(id) ?? [];
  return [id, ...clients];
}

async function replayTo(options: Options): Promise<StateReport> {
  const { accountView, hex, houseView, recover, rootsOf } = await import('#libs/replay');
  const { Evaluation } = await import('#libs/clearing-house');
  const { formatDate, formatTime } = await import('#libs/events');
  const chosen = await chooseLog(options);
  return readingLog(chosen, async (log) => {
    const point = await parsePoint(options.to, (await log.head()).sequence);
    const { state } = await recover(log, chosen.dataDir, point);
    const { clock } = state;
    const evaluation = new Evaluation(state);
    const { stateRoot, businessRoot } = rootsOf(state);
    return {
      sequence: clock.sequence,
      time: clock.timeUs === 0 ? null : formatTime(clock.timeUs),
      logicVersion: clock.logicVersion,
      businessDate: clock.businessDate === 0 ? null : formatDate(clock.businessDate),
      stateRoot: hex(stateRoot),
      businessRoot: hex(businessRoot),
      accountCount: state.accounts.count,
      accounts: accountIds(state, options.account).map((id) => accountView(state, id, evaluation)),
      house: houseView(state),
      digits: digitsOf(state),
    };
  });
}

function digitsOf(state: HouseState): Record<string, number> {
  const digits: Record<string, number> = {};
  for (let c = 1; c <= state.currencies.count; c++) {
    digits[state.names.nameOf('currency', c) ?? ''] = state.currencies.minorDigits(c);
  }
  return digits;
}

async function runReplay(options: Options): Promise<void> {
  const report = await replayTo(options);
  if (options.json === true) {
    printJson(report);
    return;
  }
  const { stateText } = await import('../state-text.js');
  process.stdout.write(stateText(report));
}

export function register(program: Command): void {
  withLog(program.command('replay'))
    .summary('show the state at a point: balances, positions, margin, calls, orders, roots')
    .description(
      'Rebuilds the state at a sequence or a time (all events at or before it) from the nearest\n' +
        'snapshot and shows it. JSON amounts are decimal strings in minor units; `digits` says where\n' +
        'the point stands.',
    )
    .option('--to <POINT>', 'sequence or RFC 3339 time (default: the end of the log)')
    .option('--account <NAME>', 'only this account (and the clients under it)')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      '\nExamples:\n  novate replay --data-dir D --to 2021-05-19T12:58:00Z --account alice\n' +
        "  novate replay --data-dir D --to 5000 --json | jq '.accounts[].margin'",
    )
    .action(runReplay);
}
