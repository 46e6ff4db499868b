import { lstatSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';

/**
 * Listens on a loopback port, or on a Unix socket path that its owner alone can open. A socket that
 * a node left behind when it was killed is replaced; one on which somebody answers is not.
 */
export async function listenOn(server: Server, where: string | number): Promise<void> {
  if (typeof where === 'number') {
    await listening(server, () => server.listen(where, '127.0.0.1'));
    return;
  }
  if (await isLeftBehind(where)) rmSync(where);
  await listening(server, () => {
    // The socket is made inside `listen`: at no moment may anybody else open it.
    const before = process.umask(0o177);
    server.listen(where);
    process.umask(before);
  });
}

function listening(server: Server, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.once('listening', () => resolve());
    listen();
  });
}

/** Whether there is a socket at a path that nobody listens on. */
async function isLeftBehind(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}
