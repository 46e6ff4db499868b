import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogCorruption, isFault, openFrame } from '#libs/event-log';
import type { StoredStream } from './stored-stream.js';

/** A message that was acknowledged, remembered outside the broker. */
export interface Anchor {
  readonly message: number;
  /** SHA-256 of its frame, hexadecimal. */
  readonly hash: string;
}

/** Written at most this often: it is a lower bound, so an older one is right too. */
const INTERVAL_MS = 1_000;

/**
 * Remembers in a file how far the stream went. A broker that loses its last messages shows a shorter
 * log that is sound in itself and gives their numbers away again; only who was there can tell.
 */
export class AnchorFile {
  private latest: Anchor | undefined;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly path: string;

  constructor(directory: string, stream: string) {
    this.path = join(directory, `anchor-${stream}.json`);
  }

  /** @throws LogCorruption when the stream lacks the message, or has another in its place */
  async check(stream: StoredStream, end: number): Promise<void> {
    const anchor = await this.read();
    if (anchor === undefined) return;
    const where = `${stream.place(anchor.message)}, remembered in ${this.path}`;
    if (end < anchor.message) {
      throw new LogCorruption(`the stream ends at message ${String(end)}`, where, 0);
    }
    const message = await stream.get(anchor.message);
    if (message === undefined) throw new LogCorruption('the message is missing', where, 0);
    const frame = openFrame(message.data);
    if (isFault(frame)) throw new LogCorruption(frame.detail, where, 0);
    if (Buffer.from(frame.hash).toString('hex') === anchor.hash) return;
    throw new LogCorruption('another frame stands where this one was acknowledged', where, 0);
  }

  /** Notes an acknowledged message; the file follows within the interval. */
  note(message: number, hash: Uint8Array): void {
    this.latest = { message, hash: Buffer.from(hash).toString('hex') };
    this.timer ??= setTimeout(() => void this.flush().catch(() => undefined), INTERVAL_MS).unref();
  }

  /** Whole or not at all; a failure costs the memory of the last second, never the log. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { latest } = this;
    if (latest === undefined) return this.writing;
    this.writing = this.writing
      .catch(() => undefined)
      .then(async () => {
        await writeFile(`${this.path}.new`, `${JSON.stringify(latest)}\n`);
        await rename(`${this.path}.new`, this.path);
      });
    return this.writing;
  }

  private async read(): Promise<Anchor | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch {
      return undefined;
    }
    const anchor = JSON.parse(text) as Partial<Anchor>;
    if (typeof anchor.message === 'number' && typeof anchor.hash === 'string') {
      return { message: anchor.message, hash: anchor.hash };
    }
    throw new LogCorruption('the anchor cannot be read', this.path, 0);
  }
}
