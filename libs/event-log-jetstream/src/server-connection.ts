import { readFileSync } from 'node:fs';
import {
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import { LogUnavailable } from '#libs/event-log';
import { displayJetStream, type JetStreamLocation } from './jetstream-location.js';

/** Settings that have no place in a URL, because they name secrets or files of this machine. */
export type ConnectionEnvironment = Readonly<Record<string, string | undefined>>;

const CONNECT_MS = 5_000;
const RECONNECT_MS = 100;
/** A peer that answers no ping for two of these is gone, whatever TCP thinks. */
const PING_MS = 10_000;

/** A connection that comes back by itself, and tells those who wait when it is lost. */
export class ServerConnection {
  private isUp = true;
  private readonly losing = new Set<() => void>();
  private readonly returning = new Set<() => void>();
  /** How often it came back: another server, or the same one with other settings. */
  generation = 0;

  private constructor(
    readonly nc: NatsConnection,
    readonly where: string,
  ) {
    void this.watch();
  }

  /** @throws LogUnavailable with what to do, and without any secret */
  static async open(
    location: JetStreamLocation,
    environment: ConnectionEnvironment,
    name: string,
  ): Promise<ServerConnection> {
    const where = displayJetStream(location);
    const options = connectionOptions(location, environment, name);
    try {
      return new ServerConnection(await connect(options), where);
    } catch (error) {
      throw new LogUnavailable(
        `no NATS server could be used for ${where} (${reasonOf(error)}); ` +
          'start it, or correct the address or the credentials',
      );
    }
  }

  /**
   * Settles as `work` does; rejects as soon as the connection is lost, since the answer is lost
   * with it and only its timeout would tell.
   */
  async orLost<T>(work: Promise<T>): Promise<T> {
    if (!this.isUp) {
      work.catch(() => undefined);
      throw new LogUnavailable(`the connection to ${this.where} is lost`);
    }
    let lost: () => void = () => undefined;
    const loss = new Promise<never>((_, reject) => {
      lost = () => reject(new LogUnavailable(`the connection to ${this.where} was lost`));
    });
    this.losing.add(lost);
    try {
      return await Promise.race([work, loss]);
    } finally {
      work.catch(() => undefined);
      this.losing.delete(lost);
    }
  }

  /** Resolves when there is a connection again, or after `waitMs`. */
  async returned(waitMs: number): Promise<void> {
    if (this.isUp || this.nc.isClosed()) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.returning.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.returning.add(done);
    });
  }

  async close(): Promise<void> {
    await this.nc.close();
  }

  private async watch(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') {
        this.isUp = false;
        for (const lost of [...this.losing]) lost();
      } else if (type === 'reconnect') {
        this.isUp = true;
        this.generation += 1;
        for (const done of [...this.returning]) done();
      }
    }
    this.isUp = false;
    for (const lost of [...this.losing]) lost();
    for (const done of [...this.returning]) done();
  }
}

function connectionOptions(
  location: JetStreamLocation,
  environment: ConnectionEnvironment,
  name: string,
): NodeConnectionOptions {
  const { user, password, token, servers } = location;
  const credentials = environment['NOVATE_NATS_CREDS'];
  const tls = tlsOptions(location, environment);
  return {
    servers: [...servers],
    name,
    timeout: CONNECT_MS,
    reconnectTimeWait: RECONNECT_MS,
    reconnectJitter: RECONNECT_MS,
    maxReconnectAttempts: -1,
    pingInterval: PING_MS,
    maxPingOut: 2,
    noAsyncTraces: true,
    ...(user === undefined ? {} : { user, pass: password ?? '' }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined
      ? {}
      : { authenticator: credsAuthenticator(readSecret('NOVATE_NATS_CREDS', credentials)) }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function tlsOptions(
  { isTls }: JetStreamLocation,
  environment: ConnectionEnvironment,
): NodeConnectionOptions['tls'] | undefined {
  const files = {
    caFile: environment['NOVATE_NATS_CA'],
    certFile: environment['NOVATE_NATS_CERT'],
    keyFile: environment['NOVATE_NATS_KEY'],
  };
  const given = Object.entries(files).filter(([, file]) => file !== undefined);
  return isTls || given.length > 0 ? Object.fromEntries(given) : undefined;
}

function readSecret(variable: string, file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new LogUnavailable(`${variable} cannot be read: ${reasonOf(error)}`);
  }
}

/** Errors of the client name addresses and rules, never what was sent to log in. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause as { readonly message?: unknown } | undefined;
  const why = typeof cause?.message === 'string' ? cause.message : '';
  const inner = why === error.message ? '' : why;
  return [error.message, inner].filter((text) => text !== '').join(': ') || error.name;
}
