import { layoutByTemplate, templateIdAt } from '#libs/events';

const HEADER_BYTES = 16;

/**
 * A record without variable data as a publisher of the first version writes it: its block ends before
 * what later versions appended.
 */
export function inFirstVersion(record: Uint8Array): Buffer {
  const bytes = Buffer.from(record);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const block = layoutByTemplate(templateIdAt(view, 0))?.blockLengths[1] ?? 0;
  view.setUint32(0, HEADER_BYTES + block, true);
  view.setUint16(8, block, true);
  view.setUint16(14, 1, true);
  return bytes.subarray(0, HEADER_BYTES + block);
}
