import { setImmediate } from 'node:timers';
import type { Frame } from '#libs/event-log';
import { type Roots, rootsOf } from '#libs/replay';
import { checkReader, checkRefusals, liveRoots, storedFrames, unsettled } from './ending.js';
import type { FaultCounts } from './fault-counts.js';
import { auditLog, type LogFigures } from './log-audit.js';
import { type NodeParts, realParts } from './node-parts.js';
import { SECOND_US } from './small-world.js';
import { World } from './world.js';

/** Virtual time in which everything must be settled once nothing fails any more. */
const LIVENESS_US = 300 * SECOND_US;
const QUIET_US = 2 * SECOND_US;
/** Prices go on for so long after the last fault. */
const CALM_US = 18 * SECOND_US;

export interface WholeNodeOptions {
  /** Planned inputs besides reference data, prices that come by themselves, and answers; 300. */
  readonly inputs?: number;
  /** Events that the log holds at least, beyond the planned inputs if need be; 0. */
  readonly eventsMin?: number;
  /** Whether anything fails; true. */
  readonly faults?: boolean;
  /** Called with the finished log, for whoever wants to read it. */
  readonly onLog?: (frames: readonly Frame[]) => void;
  /** Parts of the node to be replaced: by faulty ones, to see that they are found. */
  readonly parts?: Partial<NodeParts>;
}

export interface WholeNodeReport {
  readonly seed: number;
  /** Promises that were broken; none is the only good answer. */
  readonly violations: readonly string[];
  readonly faults: FaultCounts;
  readonly lives: number;
  readonly followerLives: number;
  readonly snapshots: number;
  readonly jumpsAccepted: number;
  readonly inputs: number;
  readonly frames: number;
  readonly events: number;
  readonly byType: ReadonlyMap<string, number>;
  readonly virtualSeconds: number;
  readonly turns: number;
  /** Hexadecimal; equal for equal seeds. */
  readonly stateRoot: string;
}

/**
 * Runs a node from its first frame through a seeded life of faults, on one thread and in virtual
 * time, then heals everything, waits until it is quiet, and audits what is left.
 */
export function runWholeNode(
  seed: number,
  options: WholeNodeOptions = {},
): Promise<WholeNodeReport> {
  return new WholeNodeRun(seed, options).run();
}

class WholeNodeRun {
  private readonly world: World;

  constructor(
    private readonly seed: number,
    private readonly options: WholeNodeOptions,
  ) {
    const { inputs = 300, eventsMin = 0, faults = true, parts = {} } = options;
    this.world = new World(seed, { inputs, eventsMin, faults, parts });
  }

  async run(): Promise<WholeNodeReport> {
    const { world } = this;
    const { scheduler, workload, violations } = world;
    world.supervisor.start();
    for (const client of [...world.allPublishers, world.consumer]) client.start();
    world.follower.start();
    workload.start();
    if (this.options.faults !== false) world.plan.start();
    // Faults go on while there are inputs, but a node that never comes up must not last for ever.
    await this.turn(() => workload.left === 0, LIVENESS_US);
    world.plan.heal();
    world.desk.heal();
    const healedAtUs = scheduler.nowUs;
    await this.turn(() => false, healedAtUs + CALM_US);
    workload.end();
    const isQuiet = await this.settle(healedAtUs + LIVENESS_US);
    await this.turn(() => false, scheduler.nowUs + QUIET_US);
    // What a deadline has caused meanwhile is answered too.
    const isStill = await this.settle(scheduler.nowUs + LIVENESS_US);
    if (!isQuiet || !isStill) violations.add(`nothing fails any more and yet ${unsettled(world)}`);
    const live = isStill ? liveRoots(world) : undefined;
    if (isStill) checkReader(world);
    const { tornWrites, lostWrites, lostNames } = world.disk.losses;
    Object.assign(world.counts, { tornWrite: tornWrites, lostWrite: lostWrites });
    world.counts.lostName = lostNames;
    // What else is alive in the process that runs this must not wait for ever.
    await new Promise((resolve) => setImmediate(resolve));
    const report = this.report(await storedFrames(world), live);
    world.follower.stop();
    world.supervisor.stop();
    return report;
  }

  private settle(endUs: number): Promise<boolean> {
    return this.turn(() => unsettled(this.world) === '', endUs);
  }

  /** Runs on; what is thrown by the node outside of its own waiting is a broken promise too. */
  private async turn(isDone: () => boolean, endUs: number): Promise<boolean> {
    try {
      return await this.world.scheduler.run(isDone, endUs);
    } catch (error) {
      this.world.violations.add(`the node threw: ${String(error)}`);
      return false;
    }
  }

  private report(frames: readonly Frame[], live: Roots | undefined): WholeNodeReport {
    const { world } = this;
    const { violations, supervisor, scheduler, follower, allPublishers: publishers } = world;
    this.options.onLog?.(frames);
    let figures: LogFigures = { events: 0, byType: new Map(), stateRoot: new Uint8Array(0) };
    const { state } = follower;
    const followed = live === undefined || state === undefined ? undefined : rootsOf(state);
    try {
      figures = auditLog({
        ...{ frames, violations, timeStepMaxUs: realParts.timeStepMaxUs, publishers },
        roots: { live, follower: followed },
        ...{ released: world.check.released, received: world.consumer.received },
      });
    } catch (error) {
      violations.add(`the log cannot be folded: ${String(error)}`);
    }
    checkRefusals(world);
    return {
      seed: this.seed,
      violations: violations.found,
      faults: world.counts,
      lives: supervisor.lives,
      followerLives: follower.lives,
      snapshots: supervisor.snapshots + (supervisor.node?.snapshots ?? 0),
      jumpsAccepted: supervisor.jumpsAccepted + (supervisor.node?.jumpsAccepted ?? 0),
      inputs: publishers.reduce((sum, { records }) => sum + records.length, 0),
      frames: frames.length,
      events: figures.events,
      byType: figures.byType,
      virtualSeconds: Math.round(scheduler.nowUs / SECOND_US),
      turns: scheduler.turns,
      stateRoot: Buffer.from(figures.stateRoot).toString('hex'),
    };
  }
}
