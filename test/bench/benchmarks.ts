import type { Benchmark } from './report.js';

/** Every benchmark by its name on the command line; loaded only when it is run. */
export const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  arithmetic: () => import('./arithmetic.js'),
  storage: () => import('./storage.js'),
  floor: () => import('./floor.js'),
  ingest: () => import('./ingest.js'),
  streams: () => import('./streams.js'),
  reaction: () => import('./reaction.js'),
  queries: () => import('./queries.js'),
  steady: () => import('./steady.js'),
  microburst: () => import('./microburst.js'),
  'portfolio-gap': () => import('./portfolio-gap.js'),
  replay: () => import('./replay.js'),
  'log-file': () => import('./log-file.js'),
  'log-jetstream': () => import('./log-jetstream.js'),
  ticks: () => import('./ticks.js'),
  memory: () => import('./memory.js'),
  margin: () => import('./margin.js'),
  plan: () => import('./plan.js'),
  allocation: () => import('./allocation.js'),
};
