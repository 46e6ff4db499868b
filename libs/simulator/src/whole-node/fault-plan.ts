import type { SimulatedDisk } from '#libs/event-log-file';
import type { Random } from '../market/random.js';
import type { Desk } from './desk.js';
import type { FaultCounts, FaultKind } from './fault-counts.js';
import { LOG_DIRECTORY } from './node-process.js';
import type { Scheduler } from './scheduler.js';
import type { SimulatedClock } from './simulated-clock.js';
import { INSTRUMENTS, SECOND_US } from './small-world.js';
import type { Supervisor } from './supervisor.js';
import type { Workload } from './workload.js';

const HOUR_US = 3_600 * SECOND_US;
const PAUSE_US_MAX = 3 * SECOND_US;
const DROP_PAUSE_US_MAX = 4 * SECOND_US;

/** Weights in parts per thousand of what strikes next. */
const PLAN: readonly (readonly [FaultKind, number])[] = [
  ['powerLoss', 140],
  ['processKill', 90],
  ['deathInOperation', 170],
  ['syncError', 120],
  ['shortWrite', 90],
  ['diskFull', 90],
  ['cleanRestart', 60],
  ['outage', 60],
  ['clockForward', 50],
  ['clockBackward', 40],
  ['venueSilent', 50],
  ['feedSilent', 40],
];

export interface FaultTargets {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counts: FaultCounts;
  readonly disk: SimulatedDisk;
  readonly clock: SimulatedClock;
  readonly supervisor: Supervisor;
  readonly desk: Desk;
  readonly workload: Workload;
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
    this.targets.workload.silentInstrument = 0;
    this.targets.desk.silentUntilUs = 0;
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
    const { supervisor, random, disk } = this.targets;
    switch (kind) {
      case 'powerLoss':
      case 'processKill':
      case 'outage':
        supervisor.kill(kind);
        if (kind === 'outage')
          this.targets.clock.skewUs += HOUR_US + random.below(7_200) * SECOND_US;
        return;
      case 'cleanRestart':
        supervisor.restart();
        return;
      case 'deathInOperation':
        disk.faults = { ...disk.faults, dieAt: disk.operations + 1 + random.below(60) };
        return;
      case 'syncError':
        disk.faults = { ...disk.faults, syncErrorAt: disk.syncs + 1 + random.below(5) };
        return;
      case 'shortWrite':
        this.meanwhile({ shortWrite: 0.3 }, 4 * SECOND_US);
        return;
      case 'diskFull':
        void this.fillDisk();
        return;
      default:
        this.strikeWorld(kind);
    }
  }

  private strikeWorld(kind: FaultKind): void {
    const { clock, counts, random, desk, scheduler, workload } = this.targets;
    counts[kind] += 1;
    if (kind === 'clockForward') clock.skewUs += HOUR_US + random.below(28_800) * SECOND_US;
    if (kind === 'clockBackward') clock.skewUs -= (1 + random.below(900)) * SECOND_US;
    if (kind === 'venueSilent') desk.silentUntilUs = scheduler.nowUs + 12 * SECOND_US;
    if (kind !== 'feedSilent') return;
    workload.silentInstrument = 1 + random.below(INSTRUMENTS.length);
    scheduler.after(22 * SECOND_US, () => {
      workload.silentInstrument = 0;
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
