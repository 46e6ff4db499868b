import { getUtf8, putUtf8, utf8Length } from '#libs/events';
import { hash48, invariant } from '#libs/units';

/** Names in bytes, one behind the other; positions in them are 32-bit integers. */
const BYTES_MAX = 2_147_483_647;
const SLOTS_AT_FIRST = 128;
const NONE = 0;

/**
 * The names of one kind of thing, by dense id from 1, and the ids by name. A million names in JavaScript
 * strings with a map beside them take 100 bytes and more each; here their bytes lie in one array, and a
 * table of ids, probed one by one from where the name's hash points, leads back: the bytes and 12 to 16
 * more. The hash resists no attacker: names are given by operators.
 */
export class NameList {
  count = 0;
  private bytes = new Uint8Array(1024);
  /** By id, where its name ends; it begins where the one before ends. */
  private ends = new Int32Array(64);
  /** Ids, or NONE: a power of two of them, at most half taken, so that a search ends. */
  private slots = new Int32Array(SLOTS_AT_FIRST);
  private longest = 0;

  /** The name of an id; undefined when there is none. */
  nameOf(id: number): string | undefined {
    if (!Number.isInteger(id) || id < 1 || id > this.count) return undefined;
    const from = this.ends[id - 1] ?? 0;
    const to = this.ends[id] ?? 0;
    let text = '';
    for (let at = from; at < to; at++) {
      const byte = this.bytes[at] ?? 0;
      if (byte >= 0x80) return getUtf8(new DataView(this.bytes.buffer), from, to - from);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** The id of a name; undefined when nothing bears it. */
  idOf(name: string): number | undefined {
    const length = utf8Length(name);
    if (length < 1 || length > this.longest) return undefined;
    const from = this.write(name, length);
    const id = this.slots[this.slotOf(from, from + length)] ?? NONE;
    return id === NONE ? undefined : id;
  }

  /** Takes the name of the next id, which nothing bears yet. */
  add(name: string): void {
    const length = utf8Length(name);
    invariant(length > 0, 'a name is not empty, and UTF-8 can express it');
    const from = this.write(name, length);
    const slot = this.slotOf(from, from + length);
    invariant(this.slots[slot] === NONE, 'names are unique');
    const id = this.count + 1;
    if (id >= this.ends.length) this.ends = grown(this.ends, new Int32Array(2 * id));
    this.count = id;
    this.ends[id] = from + length;
    this.longest = Math.max(this.longest, length);
    this.slots[slot] = id;
    if (2 * id > this.slots.length) this.spread();
  }

  /** Writes a name behind the last one, where it stays only if it is added; returns its place. */
  private write(name: string, length: number): number {
    const from = this.ends[this.count] ?? 0;
    const needed = from + length;
    invariant(needed <= BYTES_MAX, 'all names of a kind are within 2 GiB');
    if (needed > this.bytes.length) {
      const size = Math.min(BYTES_MAX, Math.max(needed, 2 * this.bytes.length));
      this.bytes = grown(this.bytes, new Uint8Array(size));
    }
    const written = putUtf8(new DataView(this.bytes.buffer), from, name);
    invariant(written === length, 'a name has the bytes that were counted');
    return from;
  }

  /** The slot of the name in these bytes, or the free one in which its id belongs. */
  private slotOf(from: number, to: number): number {
    const mask = this.slots.length - 1;
    let slot = hash48(this.bytes, from, to) & mask;
    for (;;) {
      const id = this.slots[slot] ?? NONE;
      if (id === NONE || this.bears(id, from, to)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private bears(id: number, from: number, to: number): boolean {
    const start = this.ends[id - 1] ?? 0;
    if ((this.ends[id] ?? 0) - start !== to - from) return false;
    for (let k = 0; k < to - from; k++) {
      if (this.bytes[start + k] !== this.bytes[from + k]) return false;
    }
    return true;
  }

  /** Twice as many slots, each id in its place among them. */
  private spread(): void {
    this.slots = new Int32Array(2 * this.slots.length);
    const mask = this.slots.length - 1;
    for (let id = 1; id <= this.count; id++) {
      let slot = hash48(this.bytes, this.ends[id - 1] ?? 0, this.ends[id] ?? 0) & mask;
      while (this.slots[slot] !== NONE) slot = (slot + 1) & mask;
      this.slots[slot] = id;
    }
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  invariant(to.length > from.length, 'what grows is larger afterwards');
  to.set(from);
  return to;
}
