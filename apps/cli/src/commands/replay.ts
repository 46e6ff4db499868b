import type { Command } from 'commander';
import type { HouseState } from '#libs/clearing-house';
import type { AccountView, ExposureView, HouseView } from '#libs/replay';
import { CommandFailure, exitCodes } from '../failure.js';
import { printJson } from '../json-output.js';
import { chooseLog, type LogOptions, readingLog, withLog } from '../log-access.js';
import { parsePoint } from '../log-point.js';

interface Options extends LogOptions {
  readonly to?: string;
  readonly account?: string;
  readonly json?: true;
}

/** Greeks (docs/rules.md 6b): of `--account` with the clients under it, of its member, of the house. */
export interface Exposures {
  readonly account?: ExposureView & { readonly account: string };
  readonly member?: ExposureView & { readonly member: string };
  readonly house: ExposureView;
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
  readonly exposures: Exposures;
  /** Minor digits by currency, so that a reader can place the point in every amount. */
  readonly digits: Readonly<Record<string, number>>;
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
    const point = await parsePoint('--to', options.to, (await log.head()).sequence);
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
      exposures: await exposuresOf(state, options.account),
      digits: digitsOf(state),
    };
  });
}

async function exposuresOf(state: HouseState, name: string | undefined): Promise<Exposures> {
  const { accountExposureView, houseExposureView, memberExposureView } =
    await import('#libs/replay');
  const house = houseExposureView(state);
  const id = name === undefined ? undefined : state.names.idOf('account', name);
  if (name === undefined || id === undefined) return { house };
  const member = memberExposureView(state, id);
  return {
    account: { account: name, ...accountExposureView(state, id) },
    ...(member === undefined ? {} : { member }),
    house,
  };
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
        'the point stands. `exposures` holds the Greeks of the house and, with --account, of the account\n' +
        'and of its member (docs/rules.md 6b).',
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
