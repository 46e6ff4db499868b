import { createHash } from 'node:crypto';
import { type HouseState, writeStateRows } from '#libs/clearing-house';

/** Both roots of a state, 32 bytes each: SHA-256 over its logical rows. */
export interface Roots {
  readonly stateRoot: Uint8Array;
  readonly businessRoot: Uint8Array;
}

export function rootsOf(state: HouseState): Roots {
  return { stateRoot: rootOf(state, 'all'), businessRoot: rootOf(state, 'business') };
}

function rootOf(state: HouseState, scope: 'all' | 'business'): Uint8Array {
  const hash = createHash('sha256');
  writeStateRows(state, scope, (chunk) => {
    hash.update(chunk);
  });
  return hash.digest();
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
