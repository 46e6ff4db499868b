import { fileURLToPath } from 'node:url';
import { LogUrlError, type EventLog } from '#libs/event-log';
import {
  type DurableSignal,
  FileEventLog,
  type FrameIndex,
  makeDirectory,
} from '#libs/event-log-file';

/** Where a log is and which engine keeps it; crosses to other threads as it is. */
export interface LogLocation {
  readonly engine: 'file' | 'jetstream';
  /** As given, with what it needs to log in. Never print it. */
  readonly url: string;
  /** For people: without user, password, token. */
  readonly display: string;
}

/** How to open it. */
export interface LogTarget {
  readonly location: LogLocation;
  readonly readOnly?: boolean;
  /** For a reader: damage that a second copy makes good is damage all the same. */
  readonly strict?: boolean;
  /** Where the node keeps snapshots and what it remembers of a log elsewhere. */
  readonly dataDir?: string | undefined;
  /** Take a log that several processes can reach from a living writer. */
  readonly takeOver?: boolean;
  /** For a reader of the embedded log in the writer's process: how far it is durable. */
  readonly durable?: DurableSignal;
  /** For a reader of the embedded log that keeps no frame when it asks for the next one. */
  readonly isTransient?: boolean;
  /** For readers of the embedded log on one thread: places that a follower walked past. */
  readonly index?: FrameIndex;
  /** Of the embedded log: a segment is closed before it would grow beyond this. */
  readonly segmentBytes?: number;
}

/** A log of any engine, with what opening found and put right. */
export interface OpenedLog extends EventLog {
  readonly notices: readonly string[];
}

const FORMS = 'file:DIRECTORY or nats://host:port/stream';
const PLANNED = ['kafka', 'kurrentdb', 'esdb'];

/** The embedded log in a directory. */
export function fileLocation(directory: string): LogLocation {
  const url = `file:${directory}`;
  return { engine: 'file', url, display: url };
}

/** The log that a `--log` URL names. An engine is loaded when it is asked for. @throws LogUrlError */
export async function locateLog(url: string): Promise<LogLocation> {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1];
  switch (scheme) {
    case 'file':
      return fileLocation(directoryIn(url));
    case 'nats':
    case 'tls': {
      const { parseJetStreamUrl, urlWithoutLogin } = await import('#libs/event-log-jetstream');
      return { engine: 'jetstream', url, display: urlWithoutLogin(parseJetStreamUrl(url)) };
    }
    case undefined:
      throw new LogUrlError(`--log takes ${FORMS}; a directory alone is given as --data-dir`);
    default:
      throw new LogUrlError(
        PLANNED.includes(scheme)
          ? `the log engine ${scheme} is not available yet; --log takes ${FORMS}`
          : `no log engine is called ${scheme}; --log takes ${FORMS}`,
      );
  }
}

/** The directory of the embedded log; undefined for a log elsewhere. */
export function directoryOf({ engine, url }: LogLocation): string | undefined {
  return engine === 'file' ? directoryIn(url) : undefined;
}

/** @throws LogUnavailable, LogLocked, LogCorruption as the engine does */
export async function openLog(target: LogTarget): Promise<OpenedLog> {
  const { location, readOnly = false, strict = false, dataDir, takeOver = false } = target;
  const directory = directoryOf(location);
  if (directory !== undefined) {
    const durable = target.durable === undefined ? {} : { durable: target.durable };
    const { isTransient = false, segmentBytes, index } = target;
    const segments = segmentBytes === undefined ? {} : { segmentBytes };
    const places = index === undefined ? {} : { index };
    const options = {
      directory,
      readOnly,
      strict,
      isTransient,
      ...durable,
      ...segments,
      ...places,
    };
    return FileEventLog.open(options);
  }
  const { JetStreamEventLog, JetStreamReader } = await import('#libs/event-log-jetstream');
  if (dataDir !== undefined && !readOnly) makeDirectory(dataDir);
  const anchor = dataDir === undefined ? {} : { anchorDirectory: dataDir };
  const options = { url: location.url, takeOver, ...anchor };
  return readOnly ? JetStreamReader.open(options) : JetStreamEventLog.open(options);
}

function directoryIn(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  const directory = url.slice('file:'.length);
  if (directory === '')
    throw new LogUrlError('file: names no directory; --log takes file:DIRECTORY');
  return directory;
}
