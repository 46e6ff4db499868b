import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkGrant, type Grant, GrantError } from './grants.js';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/** A grant with its secret, as the file holds it. */
export interface TokenEntry extends Grant {
  readonly token: string;
}

/** The token file cannot be used; the message says why and what to do. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/**
 * The grants of a node, in a JSON file of mode 600: an array of grants with their tokens. Looked at
 * again when it changed, so that a grant added by one thread, or by hand, is known to the others.
 */
export class TokenFile {
  private entries: readonly TokenEntry[] = [];
  private byHash = new Map<string, Grant>();
  private seen = '';

  private constructor(readonly path: string) {
    this.load();
  }

  /** Opens the file. A missing one is created with `initial` grants when there are any given.
   * @throws TokenFileError */
  static open(path: string, initial?: readonly Grant[]): TokenFile {
    if (initial !== undefined) createOnce(path, initial.map(withToken));
    return new TokenFile(path);
  }

  /** The grant of a token; undefined when there is none. */
  find(token: string): Grant | undefined {
    const hash = hashOf(token);
    const known = this.byHash.get(hash);
    // A grant may have been added, or taken back, since the file was read.
    if (this.hasChanged()) {
      this.load();
      return this.byHash.get(hash);
    }
    return known;
  }

  /** All grants, without their tokens. */
  grants(): readonly Grant[] {
    if (this.hasChanged()) this.load();
    return [...this.byHash.values()];
  }

  /** Adds a grant, durably; answers its token. @throws GrantError when its name is in use */
  add(grant: Grant): string {
    checkGrant(grant);
    this.load();
    if (this.entries.some(({ name }) => name === grant.name)) {
      throw new GrantError(`name ${grant.name}: in use`);
    }
    const entry = withToken(grant);
    write(this.path, [...this.entries, entry]);
    this.load();
    return entry.token;
  }

  /** Takes a grant back, durably; false when there is none of that name. */
  remove(name: string): boolean {
    this.load();
    const left = this.entries.filter((entry) => entry.name !== name);
    if (left.length === this.entries.length) return false;
    write(this.path, left);
    this.load();
    return true;
  }

  private hasChanged(): boolean {
    return this.seen !== versionOf(this.path);
  }

  private load(): void {
    const version = versionOf(this.path);
    const entries = parse(this.path, readFileSync(this.path, 'utf8'));
    this.byHash = new Map(entries.map(({ token, ...grant }) => [hashOf(token), grant]));
    this.entries = entries;
    this.seen = version;
  }
}

function withToken(grant: Grant): TokenEntry {
  return { ...checkGrant(grant), token: randomBytes(TOKEN_BYTES).toString('base64url') };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function versionOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new TokenFileError(`${path} is missing; restore it or restart`);
  if ((stat.mode & OTHERS) !== 0) {
    throw new TokenFileError(`${path} can be read by others; run: chmod 600 ${path}`);
  }
  return `${String(stat.ino)} ${String(stat.mtimeMs)} ${String(stat.size)}`;
}

function parse(path: string, text: string): TokenEntry[] {
  try {
    const entries = JSON.parse(text) as TokenEntry[];
    if (!Array.isArray(entries)) throw new GrantError('it is no array of grants');
    for (const entry of entries) {
      checkGrant(entry);
      if (typeof entry.token !== 'string' || entry.token.length < TOKEN_BYTES) {
        throw new GrantError(
          `${entry.name}: a token has at least ${String(TOKEN_BYTES)} characters`,
        );
      }
    }
    return entries;
  } catch (error) {
    const detail = error instanceof GrantError ? error.message : 'it is not JSON';
    throw new TokenFileError(`${path} is no token file: ${detail}`);
  }
}

function createOnce(path: string, entries: readonly TokenEntry[]): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  try {
    write(path, entries);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new TokenFileError(`${path} cannot be made: ${detail}; put that right and start again`);
  }
}

/** Whole or not at all: a new file is synced, then takes the place of the old one. */
function write(path: string, entries: readonly TokenEntry[]): void {
  const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`);
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', OWNER_ONLY);
  try {
    writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const directory = openSync(dirname(path), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
