import type { SimulatedDisk } from '#libs/event-log-file';
import type { Random } from '../market/random.js';
import type { Corruption } from './corruption.js';
import type { FaultCounts, FaultKind } from './fault-counts.js';
import type { FollowerProcess } from './follower-process.js';
import { LOG_DIRECTORY } from './node-process.js';
import type { Scheduler } from './scheduler.js';
import type { SimulatedClock } from './simulated-clock.js';
import { INSTRUMENTS, SECOND_US } from './small-world.js';
import type { StreamClient } from './stream-client.js';
import type { Supervisor } from './supervisor.js';
import type { Workload } from './workload.js';

const HOUR_US = 3_600 * SECOND_US;
const PAUSE_US_MAX = 3 * SECOND_US;
const DROP_PAUSE_US_MAX = 4 * SECOND_US;
const STALL_US_MAX = 3 * SECOND_US;

/** Weights in parts per thousand of what strikes next. What is not in it follows from others, or from the links. */
const PLAN: readonly (readonly [FaultKind, number])[] = [
  ['powerLoss', 100],
  ['processKill', 60],
  ['deathInOperation', 110],
  ['deathAtAwait', 100],
  ['cleanRestart', 45],
  ['secondProcess', 20],
  ['syncError', 65],
  ['directorySyncError', 35],
  ['shortWrite', 50],
  ['diskFull', 50],
  ['corruptedWrite', 50],
  ['corruptedSnapshot', 40],
  ['outage', 30],
  ['clockForward', 25],
  ['clockForwardTakenBack', 20],
  ['clockStep', 20],
  ['clockBackward', 25],
  ['feedSilent', 25],
  ['sessionReplaced', 45],
  ['consumerStalled', 30],
  ['followerKill', 30],
  ['followerStalled', 25],
];

export interface FaultTargets {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counts: FaultCounts;
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly supervisor: Supervisor;
  readonly corruption: Corruption;
  readonly workload: Workload;
  readonly follower: FollowerProcess;
  readonly clients: readonly StreamClient[];
}

/** Draws and strikes faults, one after another, until it is healed for good. */
export class FaultPlan {
  isHealed = false;

  constructor(private readonly targets: FaultTargets) {}

  start(): void {
    this.next();
    this.nextDrop();
  }

  /** No more faults; what is broken is repaired, what is dead starts again. */
  heal(): void {
    this.isHealed = true;
    this.targets.disk.faults = {};
    this.targets.supervisor.spare();
    this.targets.corruption.repair();
    this.targets.workload.silentInstrument = 0;
    this.targets.follower.stalledUntilUs = 0;
  }

  private next(): void {
    const { scheduler, random } = this.targets;
    scheduler.after(200_000 + random.below(PAUSE_US_MAX), () => {
      if (this.isHealed) return;
      this.strike(random.pick(PLAN));
      this.next();
    });
  }

  private nextDrop(): void {
    const { scheduler, random, supervisor } = this.targets;
    scheduler.after(random.below(DROP_PAUSE_US_MAX), () => {
      if (this.isHealed) return;
      supervisor.dropOne();
      this.nextDrop();
    });
  }

  private strike(kind: FaultKind): void {
    const { supervisor, random, clock } = this.targets;
    switch (kind) {
      case 'powerLoss':
      case 'processKill':
      case 'outage':
        supervisor.kill(kind);
        if (kind === 'outage') clock.skewUs += HOUR_US + random.below(7_200) * SECOND_US;
        return;
      case 'cleanRestart':
        supervisor.restart();
        return;
      case 'deathAtAwait':
        supervisor.dieAtAwait(random.below(150));
        return;
      case 'secondProcess':
        supervisor.intrude();
        return;
      default:
        this.strikeDisk(kind);
    }
  }

  private strikeDisk(kind: FaultKind): void {
    const { random, disk, corruption } = this.targets;
    switch (kind) {
      case 'deathInOperation':
        disk.faults = { ...disk.faults, dieAt: disk.operations + 1 + random.below(60) };
        return;
      case 'syncError':
        disk.faults = { ...disk.faults, syncErrorAt: disk.syncs + 1 + random.below(5) };
        return;
      case 'directorySyncError':
        disk.faults = { ...disk.faults, directorySyncErrorAt: disk.directorySyncs + 1 };
        return;
      case 'shortWrite':
        this.meanwhile({ shortWrite: 0.3 }, 4 * SECOND_US);
        return;
      case 'diskFull':
        void this.fillDisk();
        return;
      case 'corruptedWrite':
        void corruption.strikeSegment();
        return;
      case 'corruptedSnapshot':
        void corruption.strikeSnapshot();
        return;
      default:
        this.strikeWorld(kind);
    }
  }

  private strikeWorld(kind: FaultKind): void {
    const { counts, random, scheduler, workload, follower, clients } = this.targets;
    const stallUs = random.below(STALL_US_MAX);
    if (kind === 'sessionReplaced' || kind === 'consumerStalled') {
      const client = clients[random.below(clients.length)];
      const isStruck = kind === 'sessionReplaced' ? client?.abandon() : client?.stall(stallUs);
      if (isStruck === true) counts[kind] += 1;
      return;
    }
    counts[kind] += 1;
    if (kind === 'followerKill') follower.kill();
    else if (kind === 'followerStalled') follower.stalledUntilUs = scheduler.nowUs + stallUs;
    else if (kind === 'feedSilent') {
      workload.silentInstrument = 1 + random.below(INSTRUMENTS.length);
      scheduler.after(22 * SECOND_US, () => {
        workload.silentInstrument = 0;
      });
    } else this.strikeClock(kind);
  }

  private strikeClock(kind: FaultKind): void {
    const { clock, random, scheduler } = this.targets;
    if (kind === 'clockForward') clock.skewUs += HOUR_US + random.below(28_800) * SECOND_US;
    // Within what log time may advance by: taken as it is, and deadlines fire.
    if (kind === 'clockStep') clock.skewUs += (2 + random.below(12)) * SECOND_US;
    if (kind === 'clockBackward') clock.skewUs -= (1 + random.below(900)) * SECOND_US;
    if (kind !== 'clockForwardTakenBack') return;
    const aheadUs = HOUR_US + random.below(7_200) * SECOND_US;
    clock.skewUs += aheadUs;
    // Mostly before anybody has accepted it; otherwise log time waits for the clock to catch up.
    scheduler.after(50_000 + random.below(SECOND_US), () => {
      clock.skewUs -= aheadUs;
    });
  }

  /** Little space is left; it is counted on a copy, which is no operation of the disk itself. */
  private async fillDisk(): Promise<void> {
    const { disk, random } = this.targets;
    const copy = disk.copy(() => 0);
    let bytes = random.below(6_000);
    for (const name of await copy.list(LOG_DIRECTORY)) {
      bytes += copy.bytesOf(`${LOG_DIRECTORY}/${name}`).length;
    }
    this.meanwhile({ capacityBytes: bytes }, 6 * SECOND_US);
  }

  private meanwhile(faults: Partial<SimulatedDisk['faults']>, durationUs: number): void {
    const { disk, scheduler, random } = this.targets;
    disk.faults = { ...disk.faults, ...faults };
    scheduler.after(random.below(durationUs), () => {
      const rest: Record<string, unknown> = { ...disk.faults };
      for (const key of Object.keys(faults)) Reflect.deleteProperty(rest, key);
      disk.faults = rest;
    });
  }
}
