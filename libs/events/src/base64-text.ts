import { invariant } from '#libs/units';

/** Base64 as RFC 4648, section 4 has it: with padding, and one text for given bytes. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new Map(Array.from(alphabet, (character, code) => [character, code]));

export function formatBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63);
    text += i + 1 < bytes.length ? alphabet.charAt((group >> 6) & 63) : '=';
    text += i + 2 < bytes.length ? alphabet.charAt(group & 63) : '=';
  }
  invariant(text.length === Math.ceil(bytes.length / 3) * 4, 'three bytes are four characters');
  return text;
}

/** The bytes of a base64 text; undefined when it is not what `formatBase64` makes of any bytes. */
export function parseBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let bitCount = 0;
  let to = 0;
  for (let i = 0; i < text.length - padding; i += 1) {
    const code = codes.get(text.charAt(i));
    if (code === undefined) return undefined;
    bits = ((bits << 6) | code) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[to] = bits >> bitCount;
    to += 1;
  }
  invariant(to === bytes.length, 'a base64 text fills its bytes');
  // Bits that belong to no byte must be zero, or two texts would stand for the same bytes.
  return (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined;
}
