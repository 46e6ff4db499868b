import { invariant } from '#libs/units';
import { catalogue, type MessageName } from './catalogue/index.js';
import type { FixedFieldName } from './messages.js';
import type {
  Field,
  FixedField,
  GroupField,
  MessageDefinition,
  MessageKind,
  VariableField,
} from './schema.js';

/**
 * Where everything stands in a record:
 *
 *     0 u32 record length  4 u32 cause distance
 *     8 u16 block length  10 u16 template id  12 u16 schema id  14 u16 version   (SBE header)
 *    16 fixed block, packed in declared order; groups; var data (all little endian)
 */
export const RECORD_HEADER_BYTES = 16;
export const SCHEMA_ID = 1;
/** SBE group dimension: u16 block length, u16 number of items. */
export const GROUP_HEADER_BYTES = 4;
/** Length in front of text, bytes and objects. */
export const VARIABLE_HEADER_BYTES = 2;

export type FixedSize = 1 | 2 | 4 | 8;

/** One fixed-size field, in the block of a message or of a group item. */
export interface FixedLayout {
  readonly name: string;
  readonly field: FixedField;
  /** From the start of the record; in a group, from the start of the item. */
  readonly offset: number;
  readonly size: FixedSize;
  /** Inclusive bounds of the value. */
  readonly min: number;
  readonly max: number;
  readonly since: number;
  /** What a record of a version before `since` stands for. */
  readonly absent: number;
}

export interface GroupLayout {
  readonly name: string;
  readonly field: GroupField;
  readonly since: number;
  readonly fields: readonly FixedLayout[];
  /** Item length of each version of the message; index 0 is unused. */
  readonly blockLengths: readonly number[];
}

export interface VariableLayout {
  readonly name: string;
  readonly field: VariableField;
  readonly since: number;
}

export interface MessageLayout {
  readonly name: MessageName;
  readonly templateId: number;
  readonly version: number;
  readonly kind: MessageKind;
  /** Length of the fixed block of the present version. */
  readonly blockLength: number;
  /** Length of the fixed block of each version; index 0 is unused. */
  readonly blockLengths: readonly number[];
  /** Header and fixed block; the whole record when there are no groups and no var data. */
  readonly recordBytesFixed: number;
  /** Longest record that can be written. */
  readonly recordBytesMax: number;
  readonly fields: readonly FixedLayout[];
  readonly groups: readonly GroupLayout[];
  readonly variables: readonly VariableLayout[];
}

const fixedSizes = { u8: 1, enum: 1, u16: 2, date: 2, u32: 4, ref: 4, i64: 8, time: 8 } as const;
const unsignedMax = { 1: 0xff, 2: 0xffff, 4: 0xffffffff } as const;

export function isFixed(field: Field): field is FixedField {
  return field.type in fixedSizes;
}

/** Inclusive bounds of a fixed field; an i64 is a safe integer, |x| < 2^53. */
function boundsOf(field: FixedField): { min: number; max: number } {
  if (field.type === 'enum') return { min: 0, max: field.values.length - 1 };
  const size = fixedSizes[field.type];
  if (size === 8) return { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  return { min: 0, max: unsignedMax[size] };
}

function fixedLayouts(
  owner: string,
  fields: Readonly<Record<string, Field>>,
  start: number,
): readonly FixedLayout[] {
  const result: FixedLayout[] = [];
  let offset = start;
  let sinceBefore = 1;
  for (const [name, field] of Object.entries(fields)) {
    if (!isFixed(field)) continue;
    const since = field.since ?? 1;
    invariant(since >= sinceBefore, 'fields of later versions come last', () => `${owner}.${name}`);
    invariant(
      since === 1 || field.default !== undefined,
      'a field of a later version has a default',
      () => `${owner}.${name}`,
    );
    const size = fixedSizes[field.type];
    const bounds = boundsOf(field);
    const absent = field.default ?? 0;
    invariant(absent >= bounds.min && absent <= bounds.max, 'a default is in range', () => name);
    result.push(Object.freeze({ name, field, offset, size, ...bounds, since, absent }));
    offset += size;
    sinceBefore = since;
  }
  return Object.freeze(result);
}

function blockLengthsOf(fields: readonly FixedLayout[], version: number): readonly number[] {
  const lengths: number[] = [];
  for (let v = 0; v <= version; v += 1) {
    lengths.push(fields.reduce((sum, field) => sum + (field.since <= v ? field.size : 0), 0));
  }
  return Object.freeze(lengths);
}

/** Builds the layout of one definition; throws an invariant violation when it breaks a rule. */
export function layoutOf(definition: MessageDefinition): MessageLayout {
  const { name, templateId, version, kind } = definition;
  invariant(templateId >= 1 && templateId <= 0xffff, 'a template id is a u16, not 0', () => name);
  invariant(version >= 1 && version <= 0xffff, 'versions count from 1', () => name);
  const fields = fixedLayouts(name, definition.fields, RECORD_HEADER_BYTES);
  const blockLengths = blockLengthsOf(fields, version);
  const blockLength = blockLengths[version] ?? 0;
  invariant(blockLength <= 0xffff, 'a block length is a u16', () => name);
  const groups: GroupLayout[] = [];
  const variables: VariableLayout[] = [];
  let recordBytesMax = RECORD_HEADER_BYTES + blockLength;
  for (const [fieldName, field] of Object.entries(definition.fields)) {
    const since = field.since ?? 1;
    invariant(since <= version, 'a field is not newer than its message', () => name);
    if (field.type === 'group') {
      const items = fixedLayouts(`${name}.${fieldName}`, field.fields, 0);
      const lengths = blockLengthsOf(items, version);
      invariant(items.length > 0, 'an item of a group has fields', () => `${name}.${fieldName}`);
      invariant(field.maxItems <= 0xffff, 'items are counted in a u16', () => name);
      groups.push({ name: fieldName, field, since, fields: items, blockLengths: lengths });
      recordBytesMax += GROUP_HEADER_BYTES + field.maxItems * (lengths[version] ?? 0);
    } else if (!isFixed(field)) {
      invariant(field.maxBytes <= 0xffff, 'bytes are counted in a u16', () => name);
      variables.push({ name: fieldName, field, since });
      recordBytesMax += VARIABLE_HEADER_BYTES + field.maxBytes;
    }
  }
  return Object.freeze({
    name: name as MessageName,
    templateId,
    version,
    kind,
    blockLength,
    blockLengths,
    recordBytesFixed: RECORD_HEADER_BYTES + blockLength,
    recordBytesMax,
    fields,
    groups: Object.freeze(groups),
    variables: Object.freeze(variables),
  });
}

/** The layout of every message, by name. */
export const layouts: Readonly<Record<MessageName, MessageLayout>> = Object.freeze(
  Object.fromEntries(
    Object.entries(catalogue).map(([name, definition]) => [name, layoutOf(definition)]),
  ) as Record<MessageName, MessageLayout>,
);

const byTemplate: (MessageLayout | undefined)[] = [];
for (const layout of Object.values(layouts)) {
  while (byTemplate.length <= layout.templateId) byTemplate.push(undefined);
  invariant(
    byTemplate[layout.templateId] === undefined,
    'a template id belongs to one message',
    () => layout.name,
  );
  byTemplate[layout.templateId] = layout;
}

/** The layout that a template id stands for; undefined when no message has it. */
export function layoutByTemplate(templateId: number): MessageLayout | undefined {
  return byTemplate[templateId];
}

export type Offsets<N extends MessageName> = { readonly [F in FixedFieldName<N>]: number };

/**
 * Byte offsets of the fixed fields of a message from the start of its record, for code that reads
 * and writes records in place: `getInt64(view, at + T.priceTicks)`. Call it once, at module level.
 */
export function offsetsOf<N extends MessageName>(name: N): Offsets<N> {
  const { fields, recordBytesFixed } = layouts[name];
  const last = fields.at(-1);
  invariant(
    last === undefined || last.offset + last.size === recordBytesFixed,
    'the fields of a block lie side by side',
    () => name,
  );
  const entries = fields.map((field) => [field.name, field.offset] as const);
  return Object.freeze(Object.fromEntries(entries)) as Offsets<N>;
}
