import { invariant } from '#libs/units';
import {
  GROUP_HEADER_BYTES,
  layouts,
  RECORD_HEADER_BYTES,
  SCHEMA_ID,
  type MessageLayout,
} from './layout.js';
import type { Message } from './messages.js';
import { writeHeader } from './record-header.js';
import { type Item, type Values, writeFields, writeGroup } from './record-writer.js';

/**
 * The record of a message, its own cause, in the oldest version that says all of it: what the state
 * keeps of a message, so that a field added later changes no root of those that do not use it.
 */
export function oldestRecordOf(message: Message): Uint8Array {
  const layout = layouts[message.type];
  const values = message as unknown as Values;
  const version = oldestVersionOf(layout, values);
  const groups = layout.groups.filter(({ since }) => since <= version);
  invariant(layout.variables.length === 0, 'what the state keeps has no text', () => layout.name);
  const blockLength = layout.blockLengths[version] ?? 0;
  let recordLength = RECORD_HEADER_BYTES + blockLength;
  for (const { name, blockLengths } of groups) {
    const items = (values[name] as readonly Item[]).length;
    recordLength += GROUP_HEADER_BYTES + items * (blockLengths[version] ?? 0);
  }
  const bytes = new Uint8Array(recordLength);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, {
    recordLength,
    causeDistance: 0,
    blockLength,
    templateId: layout.templateId,
    schemaId: SCHEMA_ID,
    version,
  });
  const fields = layout.fields.filter(({ since }) => since <= version);
  writeFields(view, 0, fields, message as unknown as Item);
  let to = RECORD_HEADER_BYTES + blockLength;
  for (const group of groups) to = writeGroup(view, to, group, version, values);
  invariant(to === recordLength, 'a record is as long as its header says');
  return bytes;
}

/** The version of the youngest field that is not at its default. */
function oldestVersionOf(layout: MessageLayout, values: Values): number {
  let version = 1;
  for (const { name, since, absent } of layout.fields) {
    if (values[name] !== absent) version = Math.max(version, since);
  }
  for (const group of layout.groups) {
    const items = values[group.name] as readonly Item[];
    if (items.length > 0) version = Math.max(version, group.since);
    for (const { name, since, absent } of group.fields) {
      if (items.some((item) => item[name] !== absent)) version = Math.max(version, since);
    }
  }
  invariant(version <= layout.version, 'no field is younger than its message');
  return version;
}
