import { type SimulatedDisk } from '#libs/event-log-file';
import type { ReleasedFrame } from '#libs/runtime';
import type { Random } from '../market/random.js';
import type { FaultCounts } from './fault-counts.js';
import { NodeProcess } from './node-process.js';
import type { NodeParts } from './node-parts.js';
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
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly parts: NodeParts;
  readonly counts: FaultCounts;
  readonly violations: Violations;
  readonly areLinksFaulty: () => boolean;
  readonly onReleased: (frame: ReleasedFrame) => void;
}

/** Keeps a node running: starts it, ends it, lets it die, and starts it again. */
export class Supervisor {
  node: NodeProcess | undefined;
  lives = 0;
  snapshots = 0;
  jumpsAccepted = 0;
  private process: Process = { isAlive: false };
  private links: SimulatedLink[] = [];

  constructor(private readonly options: SupervisorOptions) {}

  start(): void {
    const process: Process = { isAlive: true };
    this.process = process;
    this.lives += 1;
    const { scheduler, random, disk, clock, parts, counts } = this.options;
    const onDeath = (): void => {
      counts.deathInOperation += 1;
      this.end(random.below(2) === 0);
    };
    const onReleased = (frame: ReleasedFrame): void => {
      if (process.isAlive) this.options.onReleased(frame);
    };
    NodeProcess.start({
      ...{ scheduler, random, process, clock, parts, onReleased },
      disk: new ProcessDisk({ disk, scheduler, process, random, counts, onDeath }),
      onStopped: (reason) => this.stopped(process, reason),
    }).then(
      (node) => {
        if (process.isAlive) this.node = node;
      },
      (error: unknown) => this.stopped(process, String(error)),
    );
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
    this.links[linkRandom.below(Math.max(1, this.links.length))]?.drop();
  }

  /** The node says that it must end; whether it may is judged here. */
  private stopped(process: Process, reason: string): void {
    if (!process.isAlive) return;
    this.options.violations.check(
      EXPECTED_ENDS.test(reason),
      () => `the node ended although no fault explains it: ${reason}`,
    );
    this.end(false);
  }

  private end(isPowerLost: boolean, node = this.node): void {
    const { scheduler, random, disk } = this.options;
    this.process.isAlive = false;
    this.snapshots += node?.snapshots ?? 0;
    this.jumpsAccepted += node?.jumpsAccepted ?? 0;
    this.node = undefined;
    const rest: Record<string, unknown> = { ...disk.faults };
    delete rest['dieAt'];
    delete rest['syncErrorAt'];
    disk.faults = rest;
    if (isPowerLost) disk.crash();
    else disk.killProcess();
    for (const link of this.links.splice(0)) link.nodeDied();
    scheduler.after(random.below(RESTART_US_MAX) + SECOND_US / 50, () => this.start());
  }
}
