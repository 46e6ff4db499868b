import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A TCP proxy that loses answers: it cuts the connection when the next frame comes, before the
 * server sees it, or when the server's answer to it comes.
 */
export class CuttingProxy {
  private armed: 'lost' | 'stored' | undefined;
  private isAnswerNext = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: number,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(target: number): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new CuttingProxy(server, target);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  cutAtNextFrame(variant: 'lost' | 'stored'): void {
    this.armed = variant;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const upstream = connect(this.target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const cut = (): void => {
      this.armed = undefined;
      this.isAnswerNext = false;
      client.destroy();
      upstream.destroy();
    };
    client.on('data', (bytes) => {
      const isFrame = this.armed !== undefined && bytes.includes('HPUB novate.');
      if (isFrame && this.armed === 'lost') cut();
      else {
        if (isFrame) this.isAnswerNext = true;
        upstream.write(bytes);
      }
    });
    upstream.on('data', (bytes) => {
      if (this.isAnswerNext && bytes.includes('"seq"')) cut();
      else client.write(bytes);
    });
  }
}
