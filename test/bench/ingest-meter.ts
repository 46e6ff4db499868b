import type { PublisherOrder } from './ingest-messages.js';
import type { IngestRun } from './ingest-run.js';
import { logBytes, type ThreadTime } from './node-under-test.js';
import { type BenchResult, result } from './report.js';

/** What one timed run of trades took, measured from outside the node and by its own counters. */
export interface IngestSample {
  readonly trades: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  /** Of those, how late the publisher itself was. */
  readonly sendLateMs: readonly number[];
  readonly refusedTrades: number;
  readonly evaluations: number;
  readonly prices: number;
  readonly liquidations: number;
  readonly logBytes: number;
  readonly residentBytes: number;
  /** CPU seconds by what a thread does. */
  readonly cpuSeconds: ReadonlyMap<Role, number>;
}

/** Threads of the node; `aside` collects garbage and does I/O for them. */
type Role = 'core' | 'log' | 'reader' | 'aside' | 'publisher';

const ROLES: readonly Role[] = ['core', 'log', 'reader', 'aside', 'publisher'];

export class IngestMeter {
  /** Last number of the venue's session, all acknowledged. */
  lastSequence = 0;

  constructor(private readonly ingest: IngestRun) {}

  /** Performs one order and takes all counters around it. */
  async run(order: Extract<PublisherOrder, { trades: number }>): Promise<IngestSample> {
    const { node, market, setting } = this.ingest;
    const before = await node.statistics();
    const threadsBefore = node.threads();
    const bytesBefore = logBytes(setting.dataDir);
    const { prices } = market;
    const { orders } = market.desk;
    const done = await this.ingest.perform(order);
    const cpuSeconds = this.#cpuSince(threadsBefore);
    cpuSeconds.set('publisher', done.cpuSeconds);
    const after = await node.statistics();
    const expected = this.lastSequence + order.trades;
    if (done.lastSequence !== expected) {
      throw new Error(`acknowledged up to ${String(done.lastSequence)}, not ${String(expected)}`);
    }
    this.lastSequence = done.lastSequence;
    const refused = Object.values(done.refused).reduce((sum, one) => sum + one, 0);
    return {
      trades: order.trades,
      seconds: done.seconds,
      latenciesMs: done.latenciesMs,
      sendLateMs: done.sendLateMs,
      refusedTrades: refused,
      evaluations: after.evaluations - before.evaluations,
      prices: market.prices - prices,
      liquidations: market.desk.orders - orders,
      logBytes: logBytes(setting.dataDir) - bytesBefore,
      residentBytes: after.residentBytes,
      cpuSeconds,
    };
  }

  /** What the liquidation desk was refused, and who defaulted; empty when nothing of it happened. */
  refusals(): string {
    const { refused, defaulted } = this.ingest.market.desk;
    const parts = [...refused].map(([reason, count]) => `[${String(reason)}] ${String(count)}`);
    if (defaulted > 0) parts.push(`${String(defaulted)} accounts defaulted`);
    return parts.join(', ');
  }

  /** What a trade costs each thread, and the share of a core that the thread had. */
  threadResults(samples: readonly IngestSample[]): BenchResult[] {
    const of = (sample: IngestSample, role: Role): number => sample.cpuSeconds.get(role) ?? 0;
    return [
      ...ROLES.map((role) => {
        const micros = samples.map((one) => (of(one, role) / one.trades) * 1e6);
        return result(`${role}CpuMicrosecondsPerTrade`, 'µs', micros);
      }),
      ...ROLES.map((role) => {
        return result(
          `${role}Busy`,
          'cores',
          samples.map((one) => of(one, role) / one.seconds),
        );
      }),
    ];
  }

  #cpuSince(before: readonly ThreadTime[]): Map<Role, number> {
    const earlier = new Map(before.map((one) => [one.id, one.seconds]));
    const spent = new Map<Role, number>();
    for (const thread of this.ingest.node.threads()) {
      const seconds = thread.seconds - (earlier.get(thread.id) ?? 0);
      const role = roleOf(thread, this.ingest.node.pid);
      spent.set(role, (spent.get(role) ?? 0) + seconds);
    }
    return spent;
  }
}

function roleOf({ id, name }: ThreadTime, pid: number): Role {
  if (id === pid) return 'core';
  if (name === 'novate-log') return 'log';
  return name === 'novate-reader' ? 'reader' : 'aside';
}
