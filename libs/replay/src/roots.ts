import { createHash } from 'node:crypto';
import { type HouseState, writeStateRows } from '#libs/clearing-house';

/** Both roots of a state, 32 bytes each: SHA-256 over its logical rows. */
export interface Roots {
  readonly stateRoot: Uint8Array;
  readonly businessRoot: Uint8Array;
}

/**
 * Both roots in one pass over the rows: business rows come first, so their root is that of what was
 * hashed so far. `consume` sees every chunk on the way, which is reused.
 */
export function rootsOf(
  state: HouseState,
  consume: (chunk: Uint8Array) => void = () => undefined,
): Roots {
  const hash = createHash('sha256');
  let businessRoot = new Uint8Array(0);
  const take = (chunk: Uint8Array): void => {
    hash.update(chunk);
    consume(chunk);
  };
  writeStateRows(state, 'all', take, () => (businessRoot = Uint8Array.from(hash.copy().digest())));
  return { stateRoot: hash.digest(), businessRoot };
}

/** Lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
