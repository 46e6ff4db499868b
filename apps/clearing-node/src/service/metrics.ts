import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { InputCounter } from '../inputs/input-intake.js';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NANO = 1e-9;

/** What is measured when it is asked for. */
export interface MetricSources {
  readonly model: () => number;
  readonly durable: () => number;
  readonly openSubmissions: () => number;
  readonly lagSeconds: () => number;
}

/** The figures of this process, for Prometheus. None is of an account or a token. */
export class Metrics implements InputCounter {
  private readonly registry = new Registry();
  private readonly delay = monitorEventLoopDelay({ resolution: 10 });
  private readonly frames = this.counter('novate_frames_total', 'Durable frames folded.');
  private readonly recorded = this.counter(
    'novate_inputs_total',
    'Inputs recorded, of any way in.',
    ['outcome'],
  );
  private readonly inputs = this.counter('novate_http_inputs_total', 'Inputs over HTTP.', [
    'outcome',
  ]);
  private readonly requests = this.counter('novate_http_requests_total', 'Requests answered.', [
    'method',
    'route',
    'status',
  ]);
  private readonly seconds = new Histogram({
    name: 'novate_http_request_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'route'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  constructor(sources: MetricSources) {
    this.gauge('novate_model_sequence', 'Last event of the read model.', sources.model);
    this.gauge('novate_durable_sequence', 'Last durable event.', sources.durable);
    this.gauge('novate_model_lag_events', 'Durable events that the read model lacks.', () =>
      Math.max(0, sources.durable() - sources.model()),
    );
    this.gauge('novate_model_lag_seconds', 'How far the read model is behind.', sources.lagSeconds);
    this.gauge(
      'novate_submissions_open',
      'Requests that wait for the log.',
      sources.openSubmissions,
    );
    this.gauge(
      'novate_event_loop_delay_p99_seconds',
      'Of the API thread, since the last look.',
      () => this.takeDelay(),
    );
    this.gauge('novate_resident_bytes', 'Resident memory of the process.', () =>
      process.memoryUsage.rss(),
    );
    this.delay.enable();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  frame(inputs: { readonly accepted: number; readonly rejected: number }): void {
    this.frames.inc();
    if (inputs.accepted > 0) this.recorded.inc({ outcome: 'accepted' }, inputs.accepted);
    if (inputs.rejected > 0) this.recorded.inc({ outcome: 'rejected' }, inputs.rejected);
  }

  count(outcome: string, inputs: number): void {
    if (inputs > 0) this.inputs.inc({ outcome }, inputs);
  }

  request(method: string, route: string, status: number, ms: number): void {
    this.requests.inc({ method, route, status: String(status) });
    this.seconds.observe({ method, route }, ms / 1000);
  }

  close(): void {
    this.delay.disable();
  }

  private takeDelay(): number {
    const seconds = this.delay.percentile(99) * NANO;
    this.delay.reset();
    return seconds;
  }

  private counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  private gauge(name: string, help: string, value: () => number): void {
    const registers = [this.registry];
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  }
}
