import { catalogue } from './catalogue/index.js';
import { isFixed, SCHEMA_ID } from './layout.js';
import type { Field, FixedField, MessageDefinition } from './schema.js';

const primitives = {
  u8: 'uint8',
  u16: 'uint16',
  u32: 'uint32',
  i64: 'int64',
  time: 'int64',
  date: 'uint16',
  ref: 'uint32',
} as const;

/**
 * The catalogue as a FIX Simple Binary Encoding 1.0 message schema, for other languages' code
 * generators. `version` and `sinceVersion` count per message, as they do in the message header.
 */
export function sbeXml(): string {
  const definitions: readonly MessageDefinition[] = Object.values(catalogue);
  const version = Math.max(...definitions.map((definition) => definition.version));
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<!-- Each record is preceded by 8 bytes of framing: u32 length of the whole record (framing and',
    '     message header included) and u32 distance to the sequence of its cause. -->',
    '<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="novate"',
    `    id="${String(SCHEMA_ID)}" version="${String(version)}" byteOrder="littleEndian">`,
    ...typeLines(),
    ...definitions.flatMap(enumLines),
    '  </types>',
    ...[...definitions].sort((a, b) => a.templateId - b.templateId).flatMap(messageLines),
    '</sbe:messageSchema>',
    '',
  ].join('\n');
}

function typeLines(): string[] {
  const composite = (name: string, members: readonly string[]): string[] => [
    `    <composite name="${name}">`,
    ...members.map((member) => `      ${member}`),
    '    </composite>',
  ];
  const u16 = (name: string): string => `<type name="${name}" primitiveType="uint16"/>`;
  const data = '<type name="varData" primitiveType="uint8" length="0"';
  return [
    '  <types>',
    ...composite('messageHeader', ['blockLength', 'templateId', 'schemaId', 'version'].map(u16)),
    ...composite('groupSizeEncoding', ['blockLength', 'numInGroup'].map(u16)),
    ...composite('textEncoding', [u16('length'), `${data} characterEncoding="UTF-8"/>`]),
    ...composite('bytesEncoding', [u16('length'), `${data}/>`]),
  ];
}

function enumLines(definition: MessageDefinition): string[] {
  return enumsOf(definition.name, definition.fields).flatMap(([name, values]) => [
    `    <enum name="${name}" encodingType="uint8">`,
    ...values.map((v, i) => `      <validValue name="${symbol(v)}">${String(i)}</validValue>`),
    '    </enum>',
  ]);
}

function enumsOf(
  owner: string,
  fields: Readonly<Record<string, Field>>,
): (readonly [string, readonly string[]])[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.type === 'group') return enumsOf(enumName(owner, name), field.fields);
    return field.type === 'enum' ? [[enumName(owner, name), field.values] as const] : [];
  });
}

function messageLines(definition: MessageDefinition): string[] {
  const { name, templateId, doc } = definition;
  return [
    `  <sbe:message name="${name}" id="${String(templateId)}" description="${escaped(doc)}">`,
    ...fieldLines(name, definition.fields, '    '),
    '  </sbe:message>',
  ];
}

/** SBE wants fixed fields first, then groups, then data; the wire has them in that order. */
function fieldLines(
  owner: string,
  fields: Readonly<Record<string, Field>>,
  indent: string,
): string[] {
  const numbered = Object.entries(fields).map(([name, field], index) => {
    const since = field.since === undefined ? '' : ` sinceVersion="${String(field.since)}"`;
    const head = `name="${name}" id="${String(index + 1)}"${since}`;
    return { name, field, head, description: `description="${escaped(field.doc)}"` };
  });
  const fixed = numbered.flatMap(({ name, field, head, description }) => {
    if (!isFixed(field)) return [];
    return [`${indent}<field ${head} type="${typeOf(owner, name, field)}" ${description}/>`];
  });
  const groups = numbered.flatMap(({ name, field, head, description }) => {
    if (field.type !== 'group') return [];
    return [
      `${indent}<group ${head} dimensionType="groupSizeEncoding" ${description}>`,
      ...fieldLines(enumName(owner, name), field.fields, `${indent}  `),
      `${indent}</group>`,
    ];
  });
  const data = numbered.flatMap(({ field, head, description }) => {
    if (isFixed(field) || field.type === 'group') return [];
    const encoding = field.type === 'bytes' ? 'bytesEncoding' : 'textEncoding';
    return [`${indent}<data ${head} type="${encoding}" ${description}/>`];
  });
  return [...fixed, ...groups, ...data];
}

function typeOf(owner: string, name: string, field: FixedField): string {
  return field.type === 'enum' ? enumName(owner, name) : primitives[field.type];
}

function enumName(owner: string, field: string): string {
  return owner + field.charAt(0).toUpperCase() + field.slice(1);
}

/** A name that SBE allows: `fsync+quorum` becomes `fsync_quorum`. */
function symbol(value: string): string {
  return value.replace(/[^A-Za-z0-9]/g, '_');
}

/** A text as it stands in an attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
