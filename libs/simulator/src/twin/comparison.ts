import { recount, restoreState, HouseState } from '#libs/clearing-house';
import { Random } from '../market/random.js';
import { RandomWorld } from '../generator/random-world.js';
import type { Step } from '../generator/steps.js';
import { DecimalTwin, type ExpectedEvent } from './decimal-twin.js';
import { HouseFollower, HouseRun, snapshotOf, stateRootOf } from './house-run.js';
import { stateDifferences } from './state-differences.js';

/** Events between two comparisons of the whole states. */
const STATE_INTERVAL = 100;
/** Most events between two snapshots, each of which a house is restored from. */
const SNAPSHOT_INTERVAL = 500;
/** Stream of the seed that cuts the frames and chooses the places of the snapshots. */
const STREAM = 1004;

/** What a comparison went through. */
export interface ComparisonReport {
  readonly seed: number;
  /** Events recorded. */
  readonly events: number;
  readonly steps: number;
  /** Events by type. */
  readonly byType: ReadonlyMap<string, number>;
  /** Refused inputs by the number of the reason. */
  readonly byReason: ReadonlyMap<number, number>;
  /** Root of the state at the end, hexadecimal. */
  readonly stateRoot: string;
}

/** Faults to plant in the house, by which a test shows that the comparison notices. */
export interface ComparisonOptions {
  /** Decide with this logic whatever is in force. */
  readonly forcedLogic?: number;
}

/** The house and its twin do not agree, or a copy of the house does not. */
export class TwinDifference extends Error {
  constructor(seed: number, events: number, what: string) {
    super(
      `seed ${String(seed)}, after event ${String(events)}: ${what}\n` +
        `replay: NOVATE_SEED=${String(seed)} npm test -- test/property/decimal-twin.spec.ts`,
    );
    this.name = 'TwinDifference';
  }
}

/**
 * Runs a seeded world of at least `eventCount` events through the house and the decimal twin at
 * once. After every step the events must be equal field by field; every hundred events the states
 * must be. Beside them run a state that only folds the recorded frames (its root must be equal) and,
 * from snapshots at random places on, a second house (its frames must be byte-identical).
 * @throws TwinDifference at the first difference
 */
export function runTwinComparison(
  seed: number,
  eventCount = 1000,
  options: ComparisonOptions = {},
): ComparisonReport {
  return new Comparison(seed, eventCount, options).run();
}

class Comparison {
  private readonly random: Random;
  private readonly twin: DecimalTwin;
  private readonly world: RandomWorld;
  private readonly house: HouseRun;
  private readonly follower: HouseFollower;
  private readonly identityWindow: number;
  private restored: HouseRun | undefined;
  private snapshotAt: number;
  private nextStateAt = STATE_INTERVAL;
  private events = 0;
  private steps = 0;
  private readonly byType = new Map<string, number>();
  private readonly byReason = new Map<number, number>();

  constructor(
    private readonly seed: number,
    private readonly eventCount: number,
    { forcedLogic }: ComparisonOptions,
  ) {
    this.random = new Random(seed, STREAM);
    this.identityWindow = 6 + this.random.below(6);
    const { identityWindow } = this;
    this.twin = new DecimalTwin({ identityWindow });
    this.world = new RandomWorld(seed, this.twin);
    this.house = new HouseRun(new HouseState({ identityWindow }), forcedLogic);
    this.follower = new HouseFollower({ identityWindow });
    this.snapshotAt = this.random.below(SNAPSHOT_INTERVAL);
  }

  run(): ComparisonReport {
    while (this.events < this.eventCount) {
      this.turn(this.guarded('generator', () => this.world.next()));
    }
    this.turn({ kind: 'time', timeUs: this.twin.state.timeUs + 1, isIdle: true });
    this.cut();
    this.compareStates();
    recount(this.house.house.state);
    const { seed, events, steps, byType, byReason } = this;
    const stateRoot = stateRootOf(this.house.house.state);
    return { seed, events, steps, byType, byReason, stateRoot };
  }

  private turn(step: Step): void {
    if (step.kind === 'time' || this.random.below(3) === 0) this.cut();
    this.steps += 1;
    const recorded = this.guarded('house', () => this.house.take(step));
    this.twin.hear(recorded);
    const expected = this.expect(step);
    this.restored?.take(step);
    this.compareEvents(step, expected, recorded);
    for (const event of recorded) this.count(event);
    this.events += recorded.length;
    this.world.observe(recorded);
    if (this.events < this.nextStateAt) return;
    this.nextStateAt = this.events + STATE_INTERVAL;
    this.cut();
    this.compareStates();
  }

  private expect(step: Step): ExpectedEvent[] {
    const { twin } = this;
    return this.guarded('twin', () => {
      switch (step.kind) {
        case 'slice':
          twin.continueSweep();
          break;
        case 'time':
          twin.advanceTime(step.timeUs);
          if (step.isIdle) twin.recordTime();
          break;
        case 'input':
          twin.submit(step.message, step.messageId);
      }
      return twin.take();
    });
  }

  /** A fault thrown by either side is a difference, too. */
  private guarded<T>(side: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw this.difference(`the ${side} threw ${text}`);
    }
  }

  private compareEvents(
    step: Step,
    expected: readonly ExpectedEvent[],
    recorded: readonly ExpectedEvent[],
  ): void {
    const most = Math.max(expected.length, recorded.length);
    for (let k = 0; k < most; k++) {
      const twinText = eventText(expected[k]);
      const houseText = eventText(recorded[k]);
      if (twinText === houseText) continue;
      throw this.difference(
        `event ${String(k)} of a step differs\nstep  ${stepText(step)}\n` +
          `twin  ${twinText}\nhouse ${houseText}`,
      );
    }
  }

  private compareStates(): void {
    const { state } = this.house.house;
    const [first, ...others] = stateDifferences(this.twin.state, state);
    if (first !== undefined) {
      throw this.difference([first, ...others.slice(0, 9)].join('\n'));
    }
    if (this.follower.state.clock.timeUs !== state.clock.timeUs) return; // nothing recorded since
    if (stateRootOf(this.follower.state) !== stateRootOf(state)) {
      throw this.difference('the fold of the recorded frames has another root');
    }
    const { restored } = this;
    if (restored !== undefined && stateRootOf(restored.house.state) !== stateRootOf(state)) {
      throw this.difference('the house restored from a snapshot has another root');
    }
  }

  /** Cuts the frame everywhere; when the place of a snapshot has come, the second house is restored. */
  private cut(): void {
    const frame = this.guarded('house', () => this.house.cut());
    this.follower.take(frame);
    const copy = this.restored?.cut();
    if (copy !== undefined && Buffer.compare(copy.records, frame.records) !== 0) {
      throw this.difference('the house restored from a snapshot records other bytes');
    }
    if (this.events < this.snapshotAt) return;
    this.snapshotAt = this.events + this.random.below(SNAPSHOT_INTERVAL);
    const { identityWindow } = this;
    const snapshot = snapshotOf(this.house.house.state);
    this.restored = new HouseRun(restoreState(snapshot, { identityWindow }));
  }

  private count({ message }: ExpectedEvent): void {
    const add = <K>(counts: Map<K, number>, key: K): void => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    };
    add(this.byType, message.type);
    if (message.type === 'TradeRejected' || message.type === 'InputRejected') {
      add(this.byReason, message.reason);
    }
  }

  private difference(what: string): TwinDifference {
    return new TwinDifference(this.seed, this.events, what);
  }
}

function eventText(event: ExpectedEvent | undefined): string {
  if (event === undefined) return 'nothing';
  const { sequence, cause, message } = event;
  const fields = Object.entries(message).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sequence, cause, fields], (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}

function stepText(step: Step): string {
  return JSON.stringify(step, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
}
