import type { NodeStanding } from '#libs/runtime';

const SAMPLE_MS = 50;

interface Sample {
  readonly atMs: number;
  readonly sequence: number;
}

export interface ReadinessSource {
  /** Last durable sequence. */
  readonly durable: () => number;
  /** Last sequence that the read model has. */
  readonly model: () => number;
  readonly standing: () => NodeStanding;
  readonly lagMsMax: number;
}

/** Whether the node serves as it should. How far behind the model is, is measured in time. */
export class Readiness {
  private samples: Sample[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isDraining = false;

  constructor(private readonly source: ReadinessSource) {}

  start(): void {
    this.timer = setInterval(() => this.sample(performance.now()), SAMPLE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  drain(): void {
    this.isDraining = true;
  }

  /** Notes how far the log is. */
  sample(nowMs: number): void {
    const sequence = this.source.durable();
    if (sequence > (this.samples.at(-1)?.sequence ?? 0))
      this.samples.push({ atMs: nowMs, sequence });
    const have = this.source.model();
    this.samples = this.samples.filter((sample) => sample.sequence > have);
  }

  /** How long ago the oldest event that the model does not have became durable. */
  lagMs(nowMs = performance.now()): number {
    const have = this.source.model();
    const oldest = this.samples.find(({ sequence }) => sequence > have);
    return oldest === undefined ? 0 : nowMs - oldest.atMs;
  }

  /** Why it is not ready, in a sentence; undefined when it is. */
  reason(nowMs = performance.now()): string | undefined {
    const { stopped, suspended } = this.source.standing();
    if (stopped !== undefined) return `the log can no longer be written: ${stopped}`;
    if (this.isDraining) return 'the node is stopping';
    if (suspended !== undefined) return suspended;
    const lag = this.lagMs(nowMs);
    if (lag <= this.source.lagMsMax) return undefined;
    const behind = String(this.source.durable() - this.source.model());
    return `the read model is ${behind} events and ${String(Math.round(lag))} ms behind the log`;
  }
}
