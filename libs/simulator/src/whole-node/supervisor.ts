import type { HouseState } from '#libs/clearing-house';
import { type SimulatedDisk } from '#libs/event-log-file';
import type { ReleasedFrame } from '#libs/runtime';
import type { Random } from '../market/random.js';
import type { Corruption } from './corruption.js';
import type { FaultCounts } from './fault-counts.js';
import { FramePool } from './frame-pool.js';
import { NodeProcess, type NodeProcessOptions } from './node-process.js';
import type { NodeParts } from './node-parts.js';
import { readerOptions } from './node-reader.js';
import { ProcessDisk } from './process-disk.js';
import type { Process, Scheduler } from './scheduler.js';
import type { SimulatedClock } from './simulated-clock.js';
import { SimulatedLink } from './simulated-link.js';
import { SECOND_US } from './small-world.js';
import type { Dial } from './stream-client.js';
import type { Violations } from './violations.js';

const RESTART_US_MAX = 1_500_000;
/** What a node may say when it ends because of a fault that was injected. */
const EXPECTED_ENDS = /EIO|ENOSPC|closed for writing|HEAD:|new segment:/;

export interface SupervisorOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly linkRandom: Random;
  readonly readerRandom: Random;
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly parts: NodeParts;
  readonly counts: FaultCounts;
  readonly violations: Violations;
  readonly areLinksFaulty: () => boolean;
  /** A node that read a wrong byte may refuse to start; then the byte is put right. */
  readonly corruption: Corruption;
  readonly onReleased: (frame: ReleasedFrame) => void;
  readonly onRecovered: (state: HouseState) => void;
}

/** Keeps a node running: starts it, ends it, lets it die, and starts it again. */
export class Supervisor {
  node: NodeProcess | undefined;
  lives = 0;
  snapshots = 0;
  jumpsAccepted = 0;
  private process: Process = { isAlive: false };
  private links: SimulatedLink[] = [];
  private pool = new FramePool();
  /** Under which the last life wrote. */
  private epoch = 0;

  constructor(private readonly options: SupervisorOptions) {}

  start(): void {
    const process: Process = { isAlive: true };
    this.process = process;
    this.lives += 1;
    this.pool = new FramePool();
    NodeProcess.start(this.nodeOptions(process)).then(
      (node) => {
        if (process.isAlive) this.node = node;
      },
      (error: unknown) => this.stopped(process, String(error)),
    );
  }

  private nodeOptions(process: Process): NodeProcessOptions {
    const { scheduler, random, disk, clock, parts, counts, corruption, onRecovered } = this.options;
    const onDeath = (): void => {
      counts.deathInOperation += 1;
      this.end(random.below(2) === 0);
    };
    const onReleased = (frame: ReleasedFrame): void => {
      if (process.isAlive) this.options.onReleased(frame);
    };
    return {
      ...{ scheduler, random, process, clock, parts, onReleased, onRecovered },
      disk: new ProcessDisk({ disk, scheduler, process, random, counts, corruption, onDeath }),
      newFrame: this.pool.take,
      reader: readerOptions(this.options, process, this.options.readerRandom),
      onClaimed: (epoch) => this.claimed(epoch),
      onStopped: (reason) => this.stopped(process, reason),
    };
  }

  /** Each life writes under an epoch of its own, so that an older one's frames are known as such. */
  private claimed(epoch: number): void {
    const { violations } = this.options;
    violations.check(epoch > this.epoch, () => 'two lives of a node write under one epoch');
    this.epoch = epoch;
  }

  /** The run is over. */
  stop(): void {
    this.process.isAlive = false;
    this.node?.reader.stop();
    this.pool.giveBack();
  }

  /** For clients: a connection to the node that listens now. */
  readonly dial: Dial = (onMessages, onClosed) => {
    const { node, process } = this;
    if (node === undefined) return undefined;
    const { scheduler, linkRandom, counts, areLinksFaulty } = this.options;
    const link = new SimulatedLink({
      ...{ scheduler, random: linkRandom, counts, isFaulty: areLinksFaulty },
      ...{ node: process, onMessages, onClosed },
    });
    node.server.accept(link, true);
    this.links.push(link);
    return link;
  };

  /** The process ends here and now, with or without the machine. */
  kill(kind: 'powerLoss' | 'processKill' | 'outage'): void {
    if (!this.process.isAlive) return;
    this.options.counts[kind] += 1;
    this.end(kind !== 'processKill');
  }

  /** The process dies instead of going on from one of its next waits, whatever it waits for. */
  dieAtAwait(turns: number): void {
    const { process } = this;
    process.turnsLeft = turns;
    process.die = () => {
      this.options.counts.deathAtAwait += 1;
      this.end(this.options.random.below(2) === 0);
    };
  }

  /** What was to die lives on. */
  spare(): void {
    delete this.process.turnsLeft;
  }

  /** Somebody starts a second node on the directory: it must be refused, and do no harm. */
  intrude(): void {
    if (this.node === undefined) return;
    const { violations, counts } = this.options;
    counts.secondProcess += 1;
    const process: Process = { isAlive: true };
    const ended = (reason: string): void => {
      process.isAlive = false;
      violations.check(
        reason.includes('LogLocked') || !this.process.isAlive,
        () => `a second node ended otherwise than refused: ${reason}`,
      );
    };
    const first = this.process;
    const options = { ...this.nodeOptions(process), onRecovered: () => undefined };
    const onClaimed = (): void => {
      process.isAlive = false;
      if (first.isAlive) violations.add('a second node was let in beside the first');
    };
    NodeProcess.start({ ...options, onClaimed, onStopped: ended }).catch((error: unknown) =>
      ended(String(error)),
    );
  }

  /** An orderly end and a new start. */
  restart(): void {
    const { node, process } = this;
    if (node === undefined) return;
    this.options.counts.cleanRestart += 1;
    this.node = undefined;
    node.close().then(
      () => {
        if (process.isAlive) this.end(false, node);
      },
      (error: unknown) => this.stopped(process, String(error)),
    );
  }

  /** Breaks one connection. */
  dropOne(): void {
    const { linkRandom } = this.options;
    this.links = this.links.filter(({ isUsable }) => isUsable);
    this.links[linkRandom.below(Math.max(1, this.links.length))]?.drop();
  }

  /** The node says that it must end; whether it may is judged here. */
  private stopped(process: Process, reason: string): void {
    if (!process.isAlive) return;
    const { corruption, violations } = this.options;
    const isRefusal = corruption.explains(process, reason);
    violations.check(
      isRefusal || EXPECTED_ENDS.test(reason),
      () => `the node ended although no fault explains it: ${reason}`,
    );
    this.end(false);
    if (isRefusal) corruption.repair();
  }

  private end(isPowerLost: boolean, node = this.node): void {
    const { scheduler, random, disk } = this.options;
    this.process.isAlive = false;
    node?.reader.stop();
    this.snapshots += node?.snapshots ?? 0;
    this.jumpsAccepted += node?.jumpsAccepted ?? 0;
    this.node = undefined;
    const rest: Record<string, unknown> = { ...disk.faults };
    delete rest['dieAt'];
    delete rest['syncErrorAt'];
    delete rest['directorySyncErrorAt'];
    disk.faults = rest;
    if (isPowerLost) disk.crash();
    else disk.killProcess();
    for (const link of this.links.splice(0)) link.nodeDied();
    this.pool.giveBack();
    scheduler.after(random.below(RESTART_US_MAX) + SECOND_US / 50, () => this.start());
  }
}
