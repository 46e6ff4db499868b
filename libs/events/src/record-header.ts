import { invariant } from '#libs/units';

/** The header of a record; its layout stands in layout.ts. All positions are in bytes. */
const AT_CAUSE_DISTANCE = 4;
const AT_BLOCK_LENGTH = 8;
const AT_TEMPLATE_ID = 10;
const AT_SCHEMA_ID = 12;
const AT_VERSION = 14;
const HEADER_BYTES = 16;

/** Length of the whole record that starts at `at`, header included; the next one follows it. */
export function recordLengthAt(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

export function templateIdAt(view: DataView, at: number): number {
  return view.getUint16(at + AT_TEMPLATE_ID, true);
}

export function blockLengthAt(view: DataView, at: number): number {
  return view.getUint16(at + AT_BLOCK_LENGTH, true);
}

export function schemaIdAt(view: DataView, at: number): number {
  return view.getUint16(at + AT_SCHEMA_ID, true);
}

export function versionAt(view: DataView, at: number): number {
  return view.getUint16(at + AT_VERSION, true);
}

/** The record's sequence minus that of its cause; 0 says that it is its own cause. */
export function causeDistanceAt(view: DataView, at: number): number {
  return view.getUint32(at + AT_CAUSE_DISTANCE, true);
}

/** Sets the cause distance, 0 .. 2^32 - 1. */
export function setCauseDistance(view: DataView, at: number, causeDistance: number): void {
  invariant(
    Number.isInteger(causeDistance) && causeDistance >= 0 && causeDistance <= 0xffffffff,
    'a cause distance is a u32',
    () => String(causeDistance),
  );
  view.setUint32(at + AT_CAUSE_DISTANCE, causeDistance, true);
}

export interface RecordHeader {
  readonly recordLength: number;
  readonly causeDistance: number;
  readonly blockLength: number;
  readonly templateId: number;
  readonly schemaId: number;
  readonly version: number;
}

/** Writes a header; for hot code that then fills the fixed block by offset. */
export function writeHeader(view: DataView, at: number, header: RecordHeader): void {
  const { recordLength, blockLength, version } = header;
  invariant(blockLength >= 0 && blockLength <= 0xffff, 'a block length is a u16');
  invariant(recordLength >= HEADER_BYTES + blockLength, 'a record holds its header and its block');
  invariant(at + recordLength <= view.byteLength, 'a record fits where it is written');
  invariant(version >= 1 && version <= 0xffff, 'versions count from 1');
  view.setUint32(at, recordLength, true);
  setCauseDistance(view, at, header.causeDistance);
  view.setUint16(at + AT_BLOCK_LENGTH, blockLength, true);
  view.setUint16(at + AT_TEMPLATE_ID, header.templateId, true);
  view.setUint16(at + AT_SCHEMA_ID, header.schemaId, true);
  view.setUint16(at + AT_VERSION, version, true);
}
