import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

const CHUNK_CHARACTERS = 1 << 16;

/** Where a command writes its lines; collects them into chunks and waits when the reader is slow. */
export interface Output {
  write(text: string): Promise<void> | void;
  /** Everything is written; a file gets its name only now. */
  finish(): Promise<void>;
  /** Gives up: what was begun of a file is removed. */
  abandon(): Promise<void>;
}

/**
 * Opens a path for writing, `-` for standard output. A regular file is written aside and renamed, so
 * that it is whole or not there; a pipe or device is written as it is.
 */
export async function openOutput(path: string): Promise<Output> {
  if (path === '-') return new StreamOutput(process.stdout, () => Promise.resolve(), nothing);
  const isPlain = !existsSync(path) || statSync(path).isFile();
  const target = isPlain ? `${path}.partial` : path;
  const stream = createWriteStream(target);
  await once(stream, 'open');
  const close = async (): Promise<void> => {
    stream.end();
    await finished(stream);
    if (isPlain) renameSync(target, path);
  };
  const remove = (): void => {
    stream.destroy();
    if (isPlain) rmSync(target, { force: true });
  };
  return new StreamOutput(stream, close, remove);
}

function nothing(): void {
  // Standard output cannot be taken back.
}

class StreamOutput implements Output {
  private chunk = '';

  constructor(
    private readonly stream: Writable,
    private readonly close: () => Promise<void>,
    private readonly remove: () => void,
  ) {}

  write(text: string): Promise<void> | void {
    this.chunk += text;
    return this.chunk.length >= CHUNK_CHARACTERS ? this.flush() : undefined;
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.close();
  }

  abandon(): Promise<void> {
    this.remove();
    return Promise.resolve();
  }

  private async flush(): Promise<void> {
    const text = this.chunk;
    this.chunk = '';
    if (text !== '' && !this.stream.write(text)) await once(this.stream, 'drain');
  }
}
