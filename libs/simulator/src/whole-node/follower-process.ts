import type { HouseState } from '#libs/clearing-house';
import type { Frame } from '#libs/event-log';
import { FileEventLog, type SimulatedDisk } from '#libs/event-log-file';
import { foldFrame, recover } from '#libs/replay';
import type { Random } from '../market/random.js';
import type { Corruption } from './corruption.js';
import type { FaultCounts } from './fault-counts.js';
import { LOG_DIRECTORY } from './node-process.js';
import { ProcessDisk } from './process-disk.js';
import type { Process, Scheduler } from './scheduler.js';
import type { Violations } from './violations.js';

const POLL_MS = 350;
const RESTART_US_MIN = 100_000;
const RESTART_US_MAX = 1_500_000;

export interface FollowerOptions {
  readonly scheduler: Scheduler;
  readonly disk: SimulatedDisk;
  readonly random: Random;
  readonly counts: FaultCounts;
  readonly violations: Violations;
  /** Whoever read a wrong byte may refuse the log, and must not believe it. */
  readonly corruption: Corruption;
}

/**
 * A read model in a process of its own: it recovers from a snapshot, follows the log where it is
 * stored, through the reader of the file log, and folds. It outlives the node, and dies by itself.
 */
export class FollowerProcess {
  state: HouseState | undefined;
  lives = 0;
  /** Until then it does not look, virtual time. */
  stalledUntilUs = 0;
  private process: Process = { isAlive: false };
  private following = new AbortController();

  constructor(private readonly options: FollowerOptions) {}

  start(): void {
    const process: Process = { isAlive: true };
    this.process = process;
    this.lives += 1;
    this.following = new AbortController();
    this.run(process).catch((error: unknown) => this.failed(process, error));
  }

  /** Ends it here and now; it starts again. */
  kill(): void {
    this.end(this.process);
  }

  /** The run is over: what waits is let go of, or the runtime keeps it for ever. */
  stop(): void {
    this.process.isAlive = false;
    this.following.abort();
  }

  private async run(process: Process): Promise<void> {
    const { scheduler, disk, random, counts, corruption, violations } = this.options;
    const onDeath = (): void => this.end(process);
    const reader = disk.reader();
    const shared = { scheduler, process, random, counts, corruption };
    const fs = new ProcessDisk({ ...shared, disk: reader, onDeath });
    const log = await FileEventLog.open({
      ...{ readOnly: true, directory: LOG_DIRECTORY, fs, pollMs: POLL_MS },
      schedule: (delayMs, action) => scheduler.after(delayMs * 1000, action, process),
    });
    const { signal } = this.following;
    const { state } = await recover(log, LOG_DIRECTORY, {}, fs);
    state.timers.isActive = false;
    this.state = state;
    for await (const frame of log.follow(state.clock.sequence + 1, signal)) {
      if (!process.isAlive) return;
      this.fold(state, frame, violations);
      const waitUs = this.stalledUntilUs - scheduler.nowUs;
      if (waitUs > 0) await scheduler.wait(waitUs, process);
    }
  }

  private fold(state: HouseState, frame: Frame, violations: Violations): void {
    violations.check(
      this.options.corruption.isDamaged || this.options.disk.holdsDurably(frame.records),
      () => 'a follower was given a frame that is not durable',
    );
    foldFrame(state, frame);
  }

  private failed(process: Process, error: unknown): void {
    if (!process.isAlive) return;
    const text = String(error);
    const isExpected =
      text.includes('there is no log') || this.options.corruption.explains(process, text);
    this.options.violations.check(
      isExpected,
      () => `a follower ended although no fault explains it: ${text}`,
    );
    this.end(process);
  }

  private end(process: Process): void {
    if (!process.isAlive) return;
    process.isAlive = false;
    this.state = undefined;
    this.following.abort();
    const { scheduler, random } = this.options;
    scheduler.after(RESTART_US_MIN + random.below(RESTART_US_MAX), () => this.start());
  }
}
