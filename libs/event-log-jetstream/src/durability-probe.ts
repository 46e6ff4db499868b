import type { StreamInfo } from '@nats-io/jetstream';
import type { Durability } from '#libs/event-log';
import type { JetStreamLocation } from './jetstream-location.js';
import type { ServerConnection } from './server-connection.js';

/** What a `committed` outcome means on this stream, and how that is known. */
export interface DurabilityFinding {
  readonly durability: Durability;
  /** One sentence for the operator. */
  readonly reason: string;
  /** False when a server could not be asked, which may be so for a moment after its start. */
  readonly isCertain: boolean;
}

/** What the monitoring port of a server says of it. */
interface ServerFacts {
  readonly id: string;
  readonly name: string;
  /** Name of its cluster; empty for a server alone. */
  readonly cluster: string;
  readonly syncsAlways: boolean;
}

const PROBE_MS = 2_000;
const MONITOR_PORT_DEFAULT = 8222;
/** Where scripts/brokers/nats.sh puts the monitoring port, counted from the client port. */
const TEST_MONITOR_OFFSET = 200;

/**
 * Finds out whether an acknowledged message is on stable storage. A server tells its clients nothing
 * of that; its monitoring port does (`/varz`, `jetstream.config.sync_always`). So the class is
 * `fsync` only when each server that stores the stream was asked there and named itself as that
 * server (alone: by its random id; in a cluster: by cluster and server name), or when the operator asserts it with `sync=always`. Everything else is `os-cache`.
 */
export async function findDurability(
  connection: ServerConnection,
  location: JetStreamLocation,
  stream: StreamInfo,
): Promise<DurabilityFinding> {
  const isQuorum = stream.config.num_replicas > 1;
  const synced = isQuorum ? 'fsync+quorum' : 'fsync';
  if (location.isSyncAsserted) {
    return { durability: synced, reason: 'asserted by sync=always', isCertain: true };
  }
  const facts = await askMonitors(monitorsOf(connection, location));
  const storing = storingServers(connection, stream);
  const unknown = storing.filter(
    (server) => !facts.some((fact) => fact.syncsAlways && server.is(fact)),
  );
  if (unknown.length === 0) {
    return { durability: synced, reason: 'read at the monitoring port', isCertain: true };
  }
  const who = unknown.map(({ name }) => name).join(', ');
  return {
    durability: isQuorum ? 'quorum-memory' : 'os-cache',
    isCertain: storing.every((server) => facts.some((fact) => server.is(fact))),
    reason:
      `server ${who} was not seen to sync each message; set jetstream { sync_interval: always } ` +
      'and add ?monitor=http://host:8222 to the log URL, or assert it with ?sync=always',
  };
}

interface StoringServer {
  readonly name: string;
  is(facts: ServerFacts): boolean;
}

/** A server outside a cluster is the one we talk to; in a cluster the stream names its peers. */
function storingServers(connection: ServerConnection, stream: StreamInfo): StoringServer[] {
  const { leader = '', name: clusterName = '', replicas = [] } = stream.cluster ?? {};
  if (clusterName === '') {
    const { server_id = '', server_name = '' } = connection.nc.info ?? {};
    return [
      { name: server_name === '' ? server_id : server_name, is: ({ id }) => id === server_id },
    ];
  }
  return [leader, ...replicas.map((replica) => replica.name)].map((name) => ({
    name,
    is: (facts) => facts.cluster === clusterName && facts.name === name,
  }));
}

/** Those of the URL; without any, the customary ports beside the server we talk to. */
function monitorsOf(connection: ServerConnection, location: JetStreamLocation): readonly string[] {
  if (location.monitors.length > 0) return location.monitors;
  const [, host = '', port = '0'] = /^(.*):(\d+)$/.exec(connection.nc.getServer()) ?? [];
  const ports = [MONITOR_PORT_DEFAULT];
  if (/^(127\.|localhost$|\[::1\]$)/.test(host)) ports.push(Number(port) + TEST_MONITOR_OFFSET);
  return ports.map((each) => `http://${host}:${String(each)}`);
}

async function askMonitors(monitors: readonly string[]): Promise<ServerFacts[]> {
  const answers = await Promise.all(monitors.map((monitor) => askMonitor(monitor)));
  return answers.filter((answer) => answer !== undefined);
}

/** Undefined when there is no monitoring port, or it speaks of something else. */
async function askMonitor(monitor: string): Promise<ServerFacts | undefined> {
  try {
    const response = await fetch(`${monitor}/varz`, { signal: AbortSignal.timeout(PROBE_MS) });
    const varz = (await response.json()) as {
      readonly server_id?: unknown;
      readonly server_name?: unknown;
      readonly cluster?: { readonly name?: unknown };
      readonly jetstream?: { readonly config?: { readonly sync_always?: unknown } };
    };
    const { server_id: id, server_name: name } = varz;
    if (typeof id !== 'string' || typeof name !== 'string') return undefined;
    // A server that is starting tells its name before it has read how its streams are stored.
    if (varz.jetstream?.config === undefined) return undefined;
    const cluster = typeof varz.cluster?.name === 'string' ? varz.cluster.name : '';
    return { id, name, cluster, syncsAlways: varz.jetstream.config.sync_always === true };
  } catch {
    return undefined;
  }
}
