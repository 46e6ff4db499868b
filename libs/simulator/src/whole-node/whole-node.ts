import { SimulatedDisk } from '#libs/event-log-file';
import type { Frame } from '#libs/event-log';
import { type Roots, rootsOf } from '#libs/replay';
import { REFUSED } from '#libs/wire';
import { Random } from '../market/random.js';
import { Desk } from './desk.js';
import { DurabilityCheck, openQuietly } from './durability-check.js';
import { type FaultCounts, noFaults } from './fault-counts.js';
import { FaultPlan } from './fault-plan.js';
import { auditLog, type LogFigures } from './log-audit.js';
import { type NodeParts, realParts } from './node-parts.js';
import { Scheduler } from './scheduler.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedConsumer } from './simulated-consumer.js';
import { SimulatedPublisher } from './simulated-publisher.js';
import { OBSERVER, OPERATOR, PRICES, SECOND_US, VENUE } from './small-world.js';
import type { ClientOptions } from './stream-client.js';
import { Supervisor } from './supervisor.js';
import { Violations } from './violations.js';
import { type Publishers, Workload } from './workload.js';

/** Streams of the seed: what one part draws never shifts what another one sees. */
const STREAM = {
  schedule: 1,
  disk: 2,
  node: 3,
  link: 4,
  workload: 5,
  desk: 6,
  faults: 7,
  client: 8,
};
/** Virtual time in which everything must be settled once nothing fails any more. */
const LIVENESS_US = 300 * SECOND_US;
/** No fault of a link or a disk explains these: every message is whole, or the connection ends. */
const NEVER_REFUSED = [
  ...[REFUSED.malformed, REFUSED.slow, REFUSED.history, REFUSED.silent, REFUSED.handshake],
  ...[REFUSED.notPermitted, REFUSED.otherPublisher, REFUSED.unnumbered, REFUSED.unauthenticated],
];
const QUIET_US = 2 * SECOND_US;

export interface WholeNodeOptions {
  /** Planned inputs besides reference data, prices that come by themselves, and answers; 300. */
  readonly inputs?: number;
  /** Whether anything fails; true. */
  readonly faults?: boolean;
  /** Parts of the node to be replaced: by faulty ones, to see that they are found. */
  readonly parts?: Partial<NodeParts>;
}

export interface WholeNodeReport {
  readonly seed: number;
  /** Promises that were broken; none is the only good answer. */
  readonly violations: readonly string[];
  readonly faults: FaultCounts;
  readonly lives: number;
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
  private readonly violations = new Violations();
  private readonly counts = noFaults();
  private readonly scheduler: Scheduler;
  private readonly disk: SimulatedDisk;
  private readonly check: DurabilityCheck;
  private readonly supervisor: Supervisor;
  private readonly publishers: Publishers;
  private readonly consumer: SimulatedConsumer;
  private readonly workload: Workload;
  private readonly desk: Desk;
  private readonly plan: FaultPlan;
  private readonly parts: NodeParts;

  constructor(
    private readonly seed: number,
    private readonly options: WholeNodeOptions,
  ) {
    const { violations, counts } = this;
    const stream = (name: keyof typeof STREAM): Random => new Random(seed, STREAM[name]);
    const scheduler = new Scheduler(stream('schedule'));
    this.scheduler = scheduler;
    const diskRandom = stream('disk');
    this.disk = new SimulatedDisk(() => diskRandom.unit());
    this.check = new DurabilityCheck(this.disk, violations);
    this.parts = { ...realParts, ...options.parts };
    const clock = new SimulatedClock(scheduler);
    this.supervisor = new Supervisor({
      ...{ scheduler, disk: this.disk, clock, parts: this.parts, counts, violations },
      ...{ random: stream('node'), linkRandom: stream('link') },
      areLinksFaulty: () => options.faults !== false && !this.plan.isHealed,
      onReleased: ({ draft }) => this.check.take(draft),
    });
    const random = stream('client');
    const client = (publisher: string): ClientOptions => {
      return { scheduler, random, publisher, dial: this.supervisor.dial };
    };
    this.publishers = {
      operator: new SimulatedPublisher(client(OPERATOR.name), OPERATOR.id, violations),
      prices: new SimulatedPublisher(client(PRICES.name), PRICES.id, violations),
      venue: new SimulatedPublisher(client(VENUE.name), VENUE.id, violations),
    };
    const { publishers } = this;
    this.workload = new Workload(scheduler, stream('workload'), publishers, options.inputs ?? 300);
    this.desk = new Desk(scheduler, stream('desk'), publishers, this.workload);
    this.consumer = new SimulatedConsumer(client(OBSERVER.name), violations, (message, sequence) =>
      this.desk.take(message, sequence),
    );
    this.plan = new FaultPlan({
      ...{ scheduler, random: stream('faults'), counts, disk: this.disk, clock },
      ...{ supervisor: this.supervisor, desk: this.desk, workload: this.workload },
    });
  }

  async run(): Promise<WholeNodeReport> {
    const { scheduler, workload, plan, supervisor } = this;
    supervisor.start();
    const { operator, prices, venue } = this.publishers;
    for (const client of [operator, prices, venue, this.consumer]) client.start();
    workload.start();
    if (this.options.faults !== false) plan.start();
    // Faults go on while there are inputs, but a node that never comes up must not last for ever.
    await this.turn(() => workload.left === 0, LIVENESS_US);
    plan.heal();
    const healedAtUs = scheduler.nowUs;
    await this.turn(() => false, healedAtUs + 30 * SECOND_US);
    workload.end();
    const isQuiet = await this.turn(() => this.isSettled(), healedAtUs + LIVENESS_US);
    if (!isQuiet) this.violations.add(`nothing fails any more and yet ${this.unsettled()}`);
    await this.turn(() => false, scheduler.nowUs + QUIET_US);
    const liveRoots = isQuiet ? this.liveRoots() : undefined;
    return this.report(await this.storedFrames(), liveRoots);
  }

  /** Runs on; what is thrown by the node outside of its own waiting is a broken promise too. */
  private async turn(isDone: () => boolean, endUs: number): Promise<boolean> {
    try {
      return await this.scheduler.run(isDone, endUs);
    } catch (error) {
      this.violations.add(`the node threw: ${String(error)}`);
      return false;
    }
  }

  private isSettled(): boolean {
    return this.unsettled() === '';
  }

  /** What is still open, in words. */
  private unsettled(): string {
    const { publishers, desk, supervisor, consumer } = this;
    if (supervisor.node === undefined) return 'there is no node';
    for (const publisher of Object.values(publishers) as SimulatedPublisher[]) {
      if (!publisher.isDone) return 'inputs are not acknowledged';
    }
    if (desk.pending > 0) return 'answers are on their way';
    const { house } = supervisor.node.sequencer;
    if (house.hasRunningSweep || house.frame.count > 0) return 'decisions are not in the log';
    if (consumer.sequence < supervisor.node.follower.clock.sequence) {
      return 'the consumer has not seen everything';
    }
    return '';
  }

  /** Roots of the live state; its log time may be ahead of the last frame, which is no event. */
  private liveRoots(): Roots | undefined {
    const { node } = this.supervisor;
    if (node === undefined) return undefined;
    const { state } = node.sequencer.house;
    if (state.clock.sequence !== node.follower.clock.sequence) return undefined;
    const { timeUs } = state.clock;
    state.clock.timeUs = node.follower.clock.timeUs;
    const roots = rootsOf(state);
    state.clock.timeUs = timeUs;
    return roots;
  }

  /** The log as the next process would find it; the reader checks chain, hashes and density. */
  private async storedFrames(): Promise<Frame[]> {
    const frames: Frame[] = [];
    const copy = this.disk.copy(() => 0.5);
    copy.killProcess();
    try {
      const log = await openQuietly(copy);
      for await (const frame of log.read(1)) {
        frames.push({ ...frame, records: frame.records.slice() });
      }
    } catch (error) {
      this.violations.add(`the log cannot be read: ${String(error)}`);
    }
    return frames;
  }

  private report(frames: readonly Frame[], liveRoots: Roots | undefined): WholeNodeReport {
    const { violations, supervisor, scheduler, publishers } = this;
    let figures: LogFigures = { events: 0, byType: new Map(), stateRoot: new Uint8Array(0) };
    try {
      figures = auditLog({
        ...{ frames, liveRoots, violations, timeStepMaxUs: realParts.timeStepMaxUs },
        ...{ publishers: Object.values(publishers) as SimulatedPublisher[] },
        ...{ released: this.check.released, received: this.consumer.received },
      });
    } catch (error) {
      violations.add(`the log cannot be folded: ${String(error)}`);
    }
    const all = Object.values(publishers) as SimulatedPublisher[];
    for (const client of [...all, this.consumer]) {
      for (const code of NEVER_REFUSED) {
        violations.check(!client.refusals.has(code), () => `refused with code ${String(code)}`);
      }
    }
    return {
      seed: this.seed,
      violations: violations.found,
      faults: this.counts,
      lives: supervisor.lives,
      snapshots: supervisor.snapshots + (supervisor.node?.snapshots ?? 0),
      jumpsAccepted: supervisor.jumpsAccepted + (supervisor.node?.jumpsAccepted ?? 0),
      inputs: all.reduce((sum, { records }) => sum + records.length, 0),
      frames: frames.length,
      events: figures.events,
      byType: figures.byType,
      virtualSeconds: Math.round(scheduler.nowUs / SECOND_US),
      turns: scheduler.turns,
      stateRoot: Buffer.from(figures.stateRoot).toString('hex'),
    };
  }
}
