import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pc from 'picocolors';
import { MarketDay } from '#libs/simulator';
import { CommandFailure, exitCodes } from '../failure.js';
import type { BarSource } from './bar-source.js';
import { type ChosenLog, readingLog } from '../log-access.js';
import { auditDay } from './day-audit.js';
import { dayChart } from './day-chart.js';
import { DayFigures } from './day-figures.js';
import type { DayPlace } from './day-options.js';
import {
  type DayNumbers,
  type LogElsewhere,
  settleDay,
  type WantedNumbers,
} from './day-parameters.js';
import { dayReport, type RunFigures } from './day-report.js';
import { ConnectionLost, DayRun } from './day-run.js';
import { daySummaryText } from './day-summary-text.js';
import { NodeProcess } from './node-process.js';
import { startProgress } from './progress.js';

const SNAPSHOT_EVENTS_MIN = 1_000;
const SNAPSHOT_EVENTS_MAX = 250_000;
/** A node that ends takes so long to be gone. */
const END_PATIENCE_MS = 5_000;
/** What a shell expects of a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

export interface MarketDayCommand {
  readonly title: string;
  readonly market: readonly BarSource[];
  readonly wanted: WantedNumbers;
  readonly place: DayPlace;
  readonly acceptTimeJump: boolean;
  readonly json: boolean;
  /** What to type in order to go on with a run that ended early. */
  readonly resumeWith: string;
}

interface Ran {
  readonly head: number;
  readonly seconds: number;
  readonly tradesSent: number;
}

/** Runs a simulated market day through a node, verifies its log and prints what happened. */
export async function runMarketDay(command: MarketDayCommand): Promise<void> {
  const { place, market, wanted } = command;
  const { dataDir, log } = place;
  const elsewhere = await logElsewhere(log);
  const { numbers, isResumed, store } = settleDay(dataDir, wanted, market, elsewhere);
  const day = makeDay(numbers, market);
  store();
  if (isResumed) process.stderr.write(`novate: going on with the day in ${dataDir}\n`);
  const ran = await runThroughNode(command, day, numbers);
  if (ran === undefined) {
    process.stderr.write(`novate: stopped; to go on: ${command.resumeWith}\n`);
    process.exitCode = EXIT_INTERRUPTED;
    return;
  }
  await report(command, numbers, ran);
}

/** What a log outside the directory holds so far; undefined for the embedded one. */
async function logElsewhere(chosen: ChosenLog): Promise<LogElsewhere | undefined> {
  if (chosen.flag === '--data-dir') return undefined;
  const holdsEvents = await readingLog(
    chosen,
    async (log) => (await log.head()).sequence > 0,
  ).catch((error: unknown) => {
    if (error instanceof CommandFailure && error.exitCode === exitCodes.badInput) return false;
    throw error;
  });
  return { where: chosen.where, holdsEvents };
}

function makeDay(numbers: DayNumbers, market: readonly BarSource[]): MarketDay {
  try {
    const bars = new Map(market.map(({ symbol, bars: own }) => [symbol, own]));
    return new MarketDay({ ...numbers, bars });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    throw new CommandFailure(exitCodes.badInput, error.message, { cause: error });
  }
}

/** Undefined when it was interrupted. */
async function runThroughNode(
  command: MarketDayCommand,
  day: MarketDay,
  { trades }: DayNumbers,
): Promise<Ran | undefined> {
  const { place, acceptTimeJump } = command;
  const snapshotEvery = Math.floor(trades / 5);
  const node = await NodeProcess.start({
    dataDir: place.dataDir,
    log: place.log.location,
    acceptTimeJump,
    timeStepMaxS: Math.ceil(day.timeline.stepUs / 1_000_000),
    snapshotEvery: Math.min(SNAPSHOT_EVENTS_MAX, Math.max(SNAPSHOT_EVENTS_MIN, snapshotEvery)),
  });
  const progress = startProgress('Trading  ', day.steps);
  const run = new DayRun({
    day,
    address: node.address,
    onStep: (step, done) => {
      const time = new Date(day.stepTimeUs(step) / 1000).toISOString().slice(0, 16);
      progress.update(
        step + 1,
        `${time.replace('T', ' ')}  ${done.toLocaleString('en-US')} trades`,
      );
    },
  });
  const release = onInterrupt(() => run.stop());
  const startedMs = performance.now();
  try {
    const isComplete = await run.run();
    const seconds = (performance.now() - startedMs) / 1000;
    run.close();
    const end = await node.stop();
    if (end.code !== 0) throw nodeEnded(command, run, node.describe(end));
    if (!isComplete) return undefined;
    return { seconds, tradesSent: run.trades - run.resumedTrades, head: run.durableSequence };
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    const end = await Promise.race([node.ended, wait(END_PATIENCE_MS)]);
    if (end !== undefined) throw nodeEnded(command, run, node.describe(end));
    throw nodeEnded(command, run, error.message, 'closed the connection');
  } finally {
    run.close();
    progress.stop();
    release();
    await node.stop();
  }
}

function nodeEnded(
  command: MarketDayCommand,
  run: DayRun,
  why: string,
  what = 'ended unexpectedly',
): CommandFailure {
  const sentence =
    `the node ${what} (${why}) after event ${String(run.durableSequence)}; ` +
    `all that was acknowledged is in ${command.place.log.where}. To go on: ${command.resumeWith}`;
  return new CommandFailure(exitCodes.environment, sentence);
}

/** The first signal ends the run in order, the second one at once. Gives what undoes it. */
function onInterrupt(stop: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let isAsked = false;
  const asked = (): void => {
    if (isAsked) process.exit(EXIT_INTERRUPTED);
    isAsked = true;
    stop();
  };
  for (const signal of signals) process.on(signal, asked);
  return () => {
    for (const signal of signals) process.off(signal, asked);
  };
}

async function report(command: MarketDayCommand, numbers: DayNumbers, ran: Ran): Promise<void> {
  const { place, title, json } = command;
  const { dataDir, log } = place;
  const startedMs = performance.now();
  const figures = new DayFigures();
  const progress = startProgress('Verifying', ran.head);
  const audit = await auditDay(log, figures, (sequence) =>
    progress.update(
      Math.min(sequence, numbers.trades),
      `event ${sequence.toLocaleString('en-US')}`,
    ),
  );
  progress.stop();
  const run: RunFigures = {
    title,
    directory: dataDir,
    log,
    numbers,
    logBytes: log.flag === '--data-dir' ? logBytesIn(dataDir) : figures.bytes,
    runSeconds: ran.seconds,
    verifySeconds: (performance.now() - startedMs) / 1000,
    tradesSent: ran.tradesSent,
  };
  const document = dayReport(figures, audit, run);
  if (json) process.stdout.write(`${JSON.stringify(document)}\n`);
  else {
    const colors = pc.createColors(process.stdout.isTTY && pc.isColorSupported);
    process.stdout.write(daySummaryText(document, dayChart(figures), colors));
  }
  if (audit.fault !== undefined) {
    throw new CommandFailure(exitCodes.checkFailed, `verification failed: ${audit.fault}`);
  }
}

function logBytesIn(directory: string): number {
  let bytes = 0;
  for (const name of readdirSync(directory)) {
    if (name.endsWith('.nvl')) bytes += statSync(join(directory, name)).size;
  }
  return bytes;
}
