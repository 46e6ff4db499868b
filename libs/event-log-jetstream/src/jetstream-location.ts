import { LogUrlError } from '#libs/event-log';

/** What a `--log nats://…` URL says: which stream, how to reach it, and what is known of it. */
export interface JetStreamLocation {
  /** `host:port` of each server to try. */
  readonly servers: readonly string[];
  readonly stream: string;
  /** `tls://`: never talk in clear, whatever the server offers. */
  readonly isTls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Replicas that the stream must have; absent: what it has, and 1 for a new one. */
  readonly replicas?: number;
  /** Monitoring addresses of the servers, where the durability is read. */
  readonly monitors: readonly string[];
  /** The operator vouches that every server of the stream has `sync_interval: always`. */
  readonly isSyncAsserted: boolean;
  /** The options as given. */
  readonly query: string;
}

const PORT_DEFAULT = 4222;
const FORM = 'nats://[user:password@]host[:port][,host:port…]/stream[?option=value&…]';
const SHAPE = /^(nats|tls):\/\/(?:([^@/]*)@)?([^@/?#]+)\/([^/?#]*)(?:\?([^#]*))?$/;
const HOST = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;
const OPTIONS = ['monitor', 'replicas', 'sync'];

/** @throws LogUrlError */
export function parseJetStreamUrl(url: string): JetStreamLocation {
  const [, scheme, login, hosts = '', stream = '', query = ''] = SHAPE.exec(url) ?? [];
  if (scheme === undefined) throw new LogUrlError(`a JetStream log is written ${FORM}`);
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(stream)) {
    throw new LogUrlError(
      `the stream of a JetStream log is 1 to 64 letters, digits, _ and -: ${FORM}`,
    );
  }
  const options = new URLSearchParams(query);
  for (const name of options.keys()) {
    if (OPTIONS.includes(name)) continue;
    throw new LogUrlError(`a JetStream log has no option ${name}; it has ${OPTIONS.join(', ')}`);
  }
  return {
    servers: hosts.split(',').map(serverOf),
    stream,
    isTls: scheme === 'tls',
    ...loginOf(login),
    ...replicasOf(options.get('replicas')),
    monitors: options.getAll('monitor').flatMap((text) => text.split(',').map(monitorOf)),
    isSyncAsserted: isAlways(options.get('sync')),
    query,
  };
}

/** The URL for people and logs: without user, password, token, options. */
export function displayJetStream({ isTls, servers, stream }: JetStreamLocation): string {
  return `${isTls ? 'tls' : 'nats'}://${servers.join(',')}/${stream}`;
}

/** As it may be given to another command: without what is needed to log in. */
export function urlWithoutLogin(location: JetStreamLocation): string {
  const { query } = location;
  return `${displayJetStream(location)}${query === '' ? '' : `?${query}`}`;
}

function serverOf(text: string): string {
  const [, host, port = String(PORT_DEFAULT)] = HOST.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new LogUrlError(`a server of a JetStream log is host:port: ${FORM}`);
  }
  return `${host}:${port}`;
}

function loginOf(login: string | undefined): Partial<JetStreamLocation> {
  if (login === undefined) return {};
  try {
    const [name = '', ...rest] = login.split(':');
    if (rest.length === 0) return { token: decodeURIComponent(name) };
    return { user: decodeURIComponent(name), password: decodeURIComponent(rest.join(':')) };
  } catch {
    throw new LogUrlError('user and password of a log URL are percent-encoded');
  }
}

function replicasOf(text: string | null): Pick<JetStreamLocation, 'replicas'> {
  if (text === null) return {};
  if (['1', '3', '5'].includes(text)) return { replicas: Number(text) };
  throw new LogUrlError('replicas of a log are 1, 3 or 5');
}

function monitorOf(text: string): string {
  if (!/^https?:\/\/[^/?#]+\/?$/.test(text)) {
    throw new LogUrlError('monitor is the address of a monitoring port: http://host:8222');
  }
  return text.replace(/\/$/, '');
}

function isAlways(text: string | null): boolean {
  if (text === null || text === 'always') return text !== null;
  throw new LogUrlError('sync can only be asserted: sync=always');
}
