/** Uniform in [0, 1). */
export type Random = () => number;

/** What a loss of power took of the writes since the last sync: none, some pieces, or all of them. */
export type PowerLoss = 'nothing' | 'torn' | 'lost';

/** What is torn: finer than any disk's sector, so that nothing rests on sectors being atomic. */
const PIECE_BYTES = 64;

/**
 * One file as the page cache shows it and as the disk holds it. The cache is what reads see; the
 * disk is what survives a loss of power.
 */
export class SimulatedFile {
  #cache = new Uint8Array(0);
  #length = 0;
  #disk = new Uint8Array(0);
  #diskLength = 0;
  /** Pieces in which the cache may differ from the disk and the kernel knows it. */
  #dirty = new Set<number>();
  #isLengthDirty = false;

  get length(): number {
    return this.#length;
  }

  content(): Uint8Array {
    return this.#cache.slice(0, this.#length);
  }

  /** What a loss of power would leave for certain; not a copy. */
  durableContent(): Uint8Array {
    return this.#disk.subarray(0, this.#diskLength);
  }

  read(target: Uint8Array, position: number): number {
    const count = Math.max(0, Math.min(target.length, this.#length - position));
    target.set(this.#cache.subarray(position, position + count));
    return count;
  }

  write(bytes: Uint8Array, position: number): void {
    if (bytes.length === 0) return;
    const end = position + bytes.length;
    this.#cache = grown(this.#cache, end);
    this.#cache.set(bytes, position);
    if (end > this.#length) {
      this.#length = end;
      this.#isLengthDirty = true;
    }
    const last = Math.floor((end - 1) / PIECE_BYTES);
    for (let n = Math.floor(position / PIECE_BYTES); n <= last; n += 1) this.#dirty.add(n);
  }

  truncate(length: number): void {
    this.#cache = grown(this.#cache, length);
    this.#cache.fill(0, length);
    this.#length = length;
    this.#isLengthDirty = true;
  }

  /** Everything dirty reaches the disk. */
  sync(): void {
    for (const piece of this.#dirty) this.#persist(piece);
    this.#dirty.clear();
    this.#diskLength = this.#length;
    this.#isLengthDirty = false;
    this.#disk = grown(this.#disk, this.#diskLength);
    this.#disk.fill(0, this.#diskLength);
  }

  /** Some of it reaches the disk; the kernel forgets that the rest did not. */
  failSync(random: Random): void {
    for (const piece of this.#dirty) if (random() < 0.5) this.#persist(piece);
    this.#dirty.clear();
  }

  /** The cache is gone; of what was dirty each piece reached the disk or not. */
  losePower(random: Random): PowerLoss {
    const dirty = this.#dirty.size;
    let kept = 0;
    for (const piece of this.#dirty) {
      if (random() >= 0.5) continue;
      this.#persist(piece);
      kept += 1;
    }
    this.#dirty.clear();
    if (this.#isLengthDirty && random() < 0.5) this.#diskLength = this.#length;
    else if (this.#isLengthDirty) {
      const between = Math.floor(random() * (Math.abs(this.#length - this.#diskLength) + 1));
      this.#diskLength = Math.min(this.#length, this.#diskLength) + between;
    }
    this.#isLengthDirty = false;
    this.#disk = grown(this.#disk, this.#diskLength);
    this.#disk.fill(0, this.#diskLength);
    this.#cache = Uint8Array.from(this.#disk);
    this.#length = this.#diskLength;
    if (kept === dirty) return 'nothing';
    return kept === 0 ? 'lost' : 'torn';
  }

  flipBit(byte: number, bit: number): void {
    if (byte >= this.#length) throw new RangeError('no such byte');
    this.#cache[byte] = (this.#cache[byte] ?? 0) ^ (1 << bit);
    this.#disk = grown(this.#disk, this.#length);
    this.#disk[byte] = this.#cache[byte] ?? 0;
  }

  copy(): SimulatedFile {
    const copy = new SimulatedFile();
    copy.#cache = Uint8Array.from(this.#cache);
    copy.#length = this.#length;
    copy.#disk = Uint8Array.from(this.#disk);
    copy.#diskLength = this.#diskLength;
    copy.#dirty = new Set(this.#dirty);
    copy.#isLengthDirty = this.#isLengthDirty;
    return copy;
  }

  #persist(piece: number): void {
    const from = piece * PIECE_BYTES;
    const to = Math.min(from + PIECE_BYTES, this.#cache.length);
    if (from >= to) return;
    this.#disk = grown(this.#disk, to);
    this.#disk.set(this.#cache.subarray(from, to), from);
  }
}

function grown(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= length) return bytes as Uint8Array<ArrayBuffer>;
  const larger = new Uint8Array(Math.max(length, bytes.length * 2, PIECE_BYTES));
  larger.set(bytes);
  return larger;
}
