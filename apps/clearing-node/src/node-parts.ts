import type { Logger } from 'pino';
import { TokenFile } from '#libs/access';
import type { ReadModel, ReaderContext } from '#libs/runtime';
import { RateLimit } from './http/rate-limit.js';
import { InputDesk } from './inputs/input-desk.js';
import { InputIntake } from './inputs/input-intake.js';
import { RecentRecords } from './inputs/recent-records.js';
import { RecordLookup } from './inputs/record-lookup.js';
import { AccountIndex } from './queries/account-index.js';
import { AccountPages } from './queries/account-pages.js';
import { EventHistory } from './queries/event-history.js';
import { OpenCalls } from './queries/open-calls.js';
import { FrameWatch } from './service/frame-watch.js';
import { Metrics } from './service/metrics.js';
import { Readiness } from './service/readiness.js';

/** What the API is told by the settings of the node. */
export interface ApiSettings {
  readonly host: string;
  readonly port: number;
  readonly tokenFile: string;
  readonly utiPrefix: string;
  readonly bodyBytesMax: number;
  readonly batchLinesMax: number;
  readonly requestsPerSecond: number;
  readonly readyLagMs: number;
  readonly drainMs: number;
}

/** What works on the reader thread beside the read model, wired together by hand. */
export interface NodeParts {
  readonly model: ReadModel;
  readonly log: Logger;
  readonly tokens: TokenFile;
  readonly limit: RateLimit;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly intake: InputIntake;
  readonly records: RecordLookup;
  readonly history: EventHistory;
  readonly accountPages: AccountPages;
  readonly calls: OpenCalls;
  close(): Promise<void>;
}

export async function nodeParts(
  context: ReaderContext,
  settings: ApiSettings,
  log: Logger,
): Promise<NodeParts> {
  const { model, submissions, durableHead } = context;
  const { state } = model;
  const history = await model.openLog();
  const recent = new RecentRecords();
  const records = new RecordLookup(recent, history);
  const sequence = (): number => state.clock.sequence;
  const durable = (): number => durableHead?.sequence() ?? sequence();
  const openSubmissions = (): number => submissions.openCount;
  const readiness = new Readiness({
    durable,
    standing: () => context.standing(),
    model: sequence,
    lagMsMax: settings.readyLagMs,
  });
  const lagSeconds = (): number => readiness.lagMs() / 1000;
  const metrics = new Metrics({ model: sequence, durable, openSubmissions, lagSeconds });
  const calls = new OpenCalls(state);
  const watch = new FrameWatch({ metrics, calls, recent, openSubmissions });
  const { utiPrefix, batchLinesMax } = settings;
  const desk = new InputDesk(model, submissions, records, { names: state.names, utiPrefix });
  const pages = new EventHistory(history);
  model.listen((frame) => watch.note(frame));
  readiness.start();
  return {
    model,
    log,
    tokens: TokenFile.open(settings.tokenFile),
    limit: new RateLimit(settings.requestsPerSecond),
    metrics,
    readiness,
    intake: new InputIntake(model, desk, metrics, { batchLinesMax }),
    records,
    history: pages,
    accountPages: new AccountPages(state, new AccountIndex(state)),
    calls,
    close: async () => {
      readiness.stop();
      metrics.close();
      await pages.close();
      await history.close();
    },
  };
}
