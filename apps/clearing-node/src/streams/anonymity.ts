import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

const KEY_BYTES = 32;
const ID_CHARACTERS = 16;
const REMEMBERED = 100_000;

/**
 * Opaque ids for accounts and members: the same name always has the same id, across restarts too,
 * and without the key nobody can tell whose it is.
 */
export class Anonymity {
  private readonly known = new Map<string, string>();

  constructor(private readonly key: Uint8Array) {}

  /** The key in a file that only its owner can read; made when it is missing. */
  static open(path: string): Anonymity {
    if (!existsSync(path)) {
      const text = `${randomBytes(KEY_BYTES).toString('hex')}\n`;
      writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    }
    chmodSync(path, 0o600);
    return new Anonymity(Buffer.from(readFileSync(path, 'utf8').trim(), 'hex'));
  }

  idOf(name: string): string {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const digest = createHmac('sha256', this.key).update(name).digest('base64url');
    const id = `anon-${digest.slice(0, ID_CHARACTERS)}`;
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(name, id);
    return id;
  }
}
