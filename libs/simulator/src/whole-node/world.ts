import { SimulatedDisk } from '#libs/event-log-file';
import { Random } from '../market/random.js';
import { Corruption } from './corruption.js';
import { Desk } from './desk.js';
import { DurabilityCheck } from './durability-check.js';
import { executionDraw } from './execution-draw.js';
import { noFaults } from './fault-counts.js';
import { FaultPlan } from './fault-plan.js';
import { FollowerProcess } from './follower-process.js';
import { type NodeParts, realParts } from './node-parts.js';
import { RecoveryCheck } from './recovery-check.js';
import { Scheduler } from './scheduler.js';
import { SimulatedClock } from './simulated-clock.js';
import { SimulatedConsumer } from './simulated-consumer.js';
import { SimulatedPublisher } from './simulated-publisher.js';
import { OBSERVER, OPERATOR, PRICES, VENUE } from './small-world.js';
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
  follower: 9,
  corruption: 10,
  reader: 11,
  execution: 12,
};

export interface WorldOptions {
  readonly inputs: number;
  readonly eventsMin: number;
  readonly faults: boolean;
  readonly parts: Partial<NodeParts>;
}

/** All that a run consists of, wired together: the machine, the node, and everybody around it. */
export class World {
  readonly violations = new Violations();
  readonly counts = noFaults();
  readonly scheduler: Scheduler;
  readonly disk: SimulatedDisk;
  readonly corruption: Corruption;
  readonly check: DurabilityCheck;
  readonly supervisor: Supervisor;
  readonly follower: FollowerProcess;
  readonly publishers: Publishers;
  readonly consumer: SimulatedConsumer;
  readonly workload: Workload;
  readonly desk: Desk;
  readonly plan: FaultPlan;
  private readonly clock: SimulatedClock;

  constructor(
    private readonly seed: number,
    private readonly options: WorldOptions,
  ) {
    const { violations, counts } = this;
    const scheduler = new Scheduler(this.stream('schedule'));
    const diskRandom = this.stream('disk');
    const disk = new SimulatedDisk(() => diskRandom.unit());
    this.scheduler = scheduler;
    this.disk = disk;
    this.clock = new SimulatedClock(scheduler);
    const shared = { scheduler, disk, counts, violations };
    this.corruption = new Corruption({ ...shared, random: this.stream('corruption') });
    const { corruption } = this;
    this.check = new DurabilityCheck(disk, corruption.copyOfDisk, violations);
    this.supervisor = this.newSupervisor();
    this.follower = new FollowerProcess({
      ...{ ...shared, random: this.stream('follower'), corruption },
    });
    const clientRandom = this.stream('client');
    const client = (publisher: string): ClientOptions => {
      return { scheduler, random: clientRandom, publisher, dial: this.supervisor.dial };
    };
    const publisher = ({ id, name }: { id: number; name: string }): SimulatedPublisher =>
      new SimulatedPublisher(client(name), id, violations);
    const publishers = {
      operator: publisher(OPERATOR),
      prices: publisher(PRICES),
      venue: publisher(VENUE),
    };
    this.publishers = publishers;
    this.workload = this.newWorkload(publishers);
    const { workload, isFaulty } = this;
    this.desk = new Desk({
      ...{ scheduler, random: this.stream('desk'), publishers, workload, counts, isFaulty },
    });
    this.consumer = new SimulatedConsumer({
      ...{ ...client(OBSERVER.name), violations, counts, isFaulty },
      onRecord: (message, sequence) => this.desk.take(message, sequence),
    });
    this.plan = this.newPlan();
  }

  get allPublishers(): SimulatedPublisher[] {
    return Object.values(this.publishers) as SimulatedPublisher[];
  }

  private readonly isFaulty = (): boolean => this.options.faults && !this.plan.isHealed;

  private stream(name: keyof typeof STREAM): Random {
    return new Random(this.seed, STREAM[name]);
  }

  private newSupervisor(): Supervisor {
    const { scheduler, disk, clock, counts, violations, corruption } = this;
    const recovery = new RecoveryCheck(corruption.copyOfDisk, violations);
    return new Supervisor({
      ...{ scheduler, disk, clock, counts, violations, corruption },
      parts: { ...realParts, ...this.options.parts },
      ...{ random: this.stream('node'), linkRandom: this.stream('link') },
      readerRandom: this.stream('reader'),
      areLinksFaulty: this.isFaulty,
      onReleased: ({ draft }) => {
        this.check.take(draft);
        recovery.released(draft);
      },
      onRecovered: (state) => recovery.recovered(state),
    });
  }

  private newWorkload(publishers: Publishers): Workload {
    const { inputs, eventsMin } = this.options;
    const isEnough = (): boolean => this.consumer.sequence >= eventsMin;
    const terms = executionDraw(this.seed, this.stream('execution'));
    const random = this.stream('workload');
    return new Workload(this.scheduler, random, publishers, inputs, isEnough, terms);
  }

  private newPlan(): FaultPlan {
    const { scheduler, counts, disk, clock, supervisor, corruption, workload, follower } = this;
    return new FaultPlan({
      ...{ scheduler, random: this.stream('faults'), counts, disk, clock },
      ...{ supervisor, corruption, workload, follower },
      clients: [...this.allPublishers, this.consumer, this.consumer],
    });
  }
}
