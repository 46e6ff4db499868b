import { JetStreamApiCodes, JetStreamApiError, type StreamInfo } from '@nats-io/jetstream';
import { LogUnavailable, MAX_FRAME_BYTES } from '#libs/event-log';
import { AnchorFile } from './anchor-file.js';
import { findDurability, type DurabilityFinding } from './durability-probe.js';
import { parseJetStreamUrl, type JetStreamLocation } from './jetstream-location.js';
import {
  HEADER_BYTES_MAX,
  PATIENCE_DEFAULT,
  type JetStreamLogOptions,
} from './jetstream-options.js';
import { ServerConnection, reasonOf } from './server-connection.js';
import { StoredStream } from './stored-stream.js';
import { configProblems, wantedConfig } from './stream-config.js';
import { refuseLivingWriter } from './writer-presence.js';

/** Oldest server whose direct get gives batches. */
const SERVER_MIN = [2, 11] as const;

/** A stream that was found to be a log of ours. */
export interface OpenedStream {
  readonly stream: StoredStream;
  readonly location: JetStreamLocation;
  readonly finding: DurabilityFinding;
  readonly engine: string;
  readonly anchor: AnchorFile | undefined;
}

/**
 * Connects, and checks everything that the promises of the port rest on.
 *
 * @throws LogUrlError; LogUnavailable when the server or the stream is not there or not as it must
 *   be; LogLocked when a writer is alive; LogCorruption when messages are missing
 */
export async function openStream(options: JetStreamLogOptions): Promise<OpenedStream> {
  const location = parseJetStreamUrl(options.url);
  const environment = options.environment ?? process.env;
  const isReader = options.readOnly === true;
  const name = `novate ${isReader ? 'reader' : 'writer'} ${String(process.pid)}`;
  const connection = await ServerConnection.open(location, environment, name);
  try {
    const version = refuseServer(connection);
    const patience = {
      answerMs: options.answerMs ?? PATIENCE_DEFAULT.answerMs,
      outageMs: options.outageMs ?? PATIENCE_DEFAULT.outageMs,
    };
    const stream = await StoredStream.on(connection, location.stream, patience);
    const info = await findOrMake(stream, location, isReader);
    refuseConfig(stream, location, info);
    const anchor =
      options.anchorDirectory === undefined
        ? undefined
        : new AnchorFile(options.anchorDirectory, location.stream);
    await anchor?.check(stream, await stream.soundEnd());
    if (!isReader && options.takeOver !== true) {
      await refuseLivingWriter(connection, location.stream);
    }
    const finding = await findDurability(connection, location, info);
    return { stream, location, finding, engine: `jetstream ${version}`, anchor };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** @returns the server's version */
function refuseServer({ nc, where }: ServerConnection): string {
  const { version = '0', max_payload = 0, headers, jetstream } = nc.info ?? {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < SERVER_MIN[0] || (major === SERVER_MIN[0] && minor < SERVER_MIN[1])) {
    const min = SERVER_MIN.join('.');
    throw new LogUnavailable(`the server of ${where} is ${version}; a log needs ${min} or later`);
  }
  if (headers !== true || jetstream !== true) {
    throw new LogUnavailable(`the server of ${where} has no JetStream; start it with jetstream {}`);
  }
  const needed = MAX_FRAME_BYTES + HEADER_BYTES_MAX;
  if (max_payload >= needed) return version;
  throw new LogUnavailable(
    `the server of ${where} takes messages of ${String(max_payload)} bytes, a frame may have ` +
      `${String(needed)}; set max_payload: 8MB`,
  );
}

async function findOrMake(
  stream: StoredStream,
  { replicas }: JetStreamLocation,
  isReader: boolean,
): Promise<StreamInfo> {
  try {
    return await stream.patiently(() => stream.info());
  } catch (error) {
    if (!isMissing(error)) throw asUnavailable(stream, error);
    if (isReader) throw new LogUnavailable(`there is no log in ${stream.where}`);
  }
  try {
    return await stream.manager.streams.add(wantedConfig(stream.name, replicas ?? 1));
  } catch (error) {
    throw asUnavailable(stream, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}

function asUnavailable(stream: StoredStream, error: unknown): LogUnavailable {
  if (error instanceof LogUnavailable) return error;
  return new LogUnavailable(`the stream of ${stream.where} cannot be used: ${reasonOf(error)}`);
}

function refuseConfig(stream: StoredStream, location: JetStreamLocation, info: StreamInfo): void {
  const problems = configProblems(info.config, location.replicas ?? info.config.num_replicas);
  if (problems.length === 0) return;
  throw new LogUnavailable(
    `the stream of ${stream.where} is not set up as a log: ${problems.join('; ')}; ` +
      'choose another stream, or correct it',
  );
}
