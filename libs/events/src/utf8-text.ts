import { invariant } from '#libs/units';
import { MalformedRecord } from './errors.js';

const SURROGATE_FIRST = 0xd800;
const SURROGATE_LOW_FIRST = 0xdc00;
const SURROGATE_LAST = 0xdfff;

/** Bytes of `text` in UTF-8; -1 when it holds a lone surrogate, which UTF-8 cannot express. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (unit < SURROGATE_FIRST || unit > SURROGATE_LAST) length += 3;
    else if (unit < SURROGATE_LOW_FIRST && isLowSurrogate(text.charCodeAt(i + 1))) {
      length += 4;
      i += 1;
    } else return -1;
  }
  return length;
}

/** Writes `text`, which `utf8Length` has measured, and returns the number of bytes. */
export function putUtf8(view: DataView, at: number, text: string): number {
  let to = at;
  for (let i = 0; i < text.length; i += 1) {
    const point = text.codePointAt(i) ?? 0;
    invariant(point < SURROGATE_FIRST || point > SURROGATE_LAST, 'written text was measured');
    if (point < 0x80) {
      view.setUint8(to, point);
      to += 1;
    } else if (point < 0x800) {
      view.setUint8(to, 0xc0 | (point >> 6));
      view.setUint8(to + 1, 0x80 | (point & 0x3f));
      to += 2;
    } else if (point < 0x10000) {
      view.setUint8(to, 0xe0 | (point >> 12));
      view.setUint8(to + 1, 0x80 | ((point >> 6) & 0x3f));
      view.setUint8(to + 2, 0x80 | (point & 0x3f));
      to += 3;
    } else {
      view.setUint8(to, 0xf0 | (point >> 18));
      view.setUint8(to + 1, 0x80 | ((point >> 12) & 0x3f));
      view.setUint8(to + 2, 0x80 | ((point >> 6) & 0x3f));
      view.setUint8(to + 3, 0x80 | (point & 0x3f));
      to += 4;
      i += 1;
    }
  }
  return to - at;
}

// A byte order mark is text like any other: without ignoreBOM it would vanish in a round trip.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads `length` bytes; throws MalformedRecord when they are not UTF-8. */
export function getUtf8(view: DataView, at: number, length: number): string {
  try {
    return decoder.decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
  } catch {
    throw new MalformedRecord(at, 'text is not UTF-8');
  }
}

function isLowSurrogate(unit: number): boolean {
  return unit >= SURROGATE_LOW_FIRST && unit <= SURROGATE_LAST;
}
