import { connect, createServer, type Server, type Socket, type AddressInfo } from 'node:net';

/** A TCP proxy that cuts connections, in the middle of whatever is under way. */
export class CutProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  cuts = 0;

  private constructor(private readonly server: Server) {}

  /** `target` tells where to connect to, at the time of each connection. */
  static async start(target: () => string): Promise<CutProxy> {
    const server = createServer();
    const proxy = new CutProxy(server);
    server.on('connection', (inside) => proxy.join(inside, target()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  /** Resets every connection; false when there is none. */
  cut(): boolean {
    if (this.pairs.size === 0) return false;
    this.cuts += 1;
    for (const [one, other] of this.pairs) {
      one.resetAndDestroy();
      other.resetAndDestroy();
    }
    return true;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    await closed;
  }

  private join(inside: Socket, target: string): void {
    const [host, port] = target.split(':');
    const outside = connect(Number(port), host);
    const pair = [inside, outside] as const;
    this.pairs.add(pair);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.pairs.delete(pair);
        to.destroy();
      });
    }
  }
}
