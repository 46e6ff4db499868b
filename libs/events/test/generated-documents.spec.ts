import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, catalogueMarkdown, sbeXml, type MessageDefinition } from '../src/index.js';
import { escaped } from '../src/sbe-xml.js';

const definitions: readonly MessageDefinition[] = Object.values(catalogue);
const page = fileURLToPath(new URL('../../../docs/events.md', import.meta.url));

describe('docs/events.md', () => {
  it('is the page that the catalogue gives (regenerate it with: npm run docs)', () => {
    expect(readFileSync(page, 'utf8')).toBe(catalogueMarkdown());
  });

  it('has a section for every message and a row for every field', () => {
    const sections = new Map(
      catalogueMarkdown()
        .split('\n### ')
        .map((section) => [section.split('\n')[0], section]),
    );
    for (const { name, fields } of definitions) {
      for (const [field, { doc }] of Object.entries(fields)) {
        expect(sections.get(name)).toContain(`| \`${field}\` |`);
        expect(sections.get(name)).toContain(doc.replaceAll('|', '\\|'));
      }
    }
  });
});

describe('the SBE schema', () => {
  const xml = sbeXml();

  it('is well-formed: every element is closed in order, every attribute quoted', () => {
    const open: string[] = [];
    const body = xml.replace(/<\?.*?\?>|<!--[^]*?-->/g, '');
    const elements = body.match(/<[^>]*>/g) ?? [];
    expect(elements.length).toBeGreaterThan(500);
    for (const element of elements) {
      const match = /^<(\/?)([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>$/.exec(element);
      if (match === null) throw new Error(`not an element: ${element}`);
      const [, closing, name = '', , selfClosing] = match;
      if (closing === '/') expect(open.pop()).toBe(name);
      else if (selfClosing !== '/') open.push(name);
    }
    expect(open).toEqual([]);
    const betweenElements = body.replace(/<validValue[^]*?<\/validValue>|<[^>]*>/g, '');
    expect(betweenElements.trim()).toBe('');
    expect(body).not.toMatch(/&(?!amp;|lt;|gt;|quot;)/);
  });

  it('describes every message with its fields in the order of the wire', () => {
    for (const { name, templateId, fields } of definitions) {
      const start = xml.indexOf(`<sbe:message name="${name}" id="${String(templateId)}"`);
      expect([name, start > 0]).toEqual([name, true]);
      const section = xml.slice(start, xml.indexOf('</sbe:message>', start));
      const rank = { group: 1, text: 2, bytes: 2 } as Readonly<Record<string, number>>;
      const expected = Object.entries(fields)
        .sort((a, b) => (rank[a[1].type] ?? 0) - (rank[b[1].type] ?? 0))
        .map(([field]) => field);
      const outer = [...section.matchAll(/^ {4}<(?:field|group|data) name="(\w+)"/gm)];
      expect(outer.map((match) => match[1])).toEqual(expected);
    }
  });

  it('defines every type it uses', () => {
    const used = new Set([...xml.matchAll(/ (?:type|dimensionType)="(\w+)"/g)].map((m) => m[1]));
    for (const type of used) {
      const primitive = /^u?int(8|16|32|64)$/.test(type ?? '');
      expect([
        type,
        primitive ||
          xml.includes(`<enum name="${String(type)}"`) ||
          xml.includes(`<composite name="${String(type)}"`),
      ]).toEqual([type, true]);
    }
  });

  it('says since when a field is there', () => {
    expect(xml).toContain('name="confidencePpm" id="6" sinceVersion="2" type="uint32"');
  });

  it('begins with the schema, its header and its encodings, in the words of SBE', () => {
    const version = Math.max(...definitions.map((definition) => definition.version));
    const [head = '', afterTypes = ''] = xml.split(/ {4}<enum [^]* {2}<\/types>\n/);
    expect(head).toBe(
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- Each record is preceded by 8 bytes of framing: u32 length of the whole record (framing and
     message header included) and u32 distance to the sequence of its cause. -->
<sbe:messageSchema xmlns:sbe="http://fixprotocol.io/2016/sbe" package="novate"
    id="1" version="${String(version)}" byteOrder="littleEndian">
  <types>
    <composite name="messageHeader">
      <type name="blockLength" primitiveType="uint16"/>
      <type name="templateId" primitiveType="uint16"/>
      <type name="schemaId" primitiveType="uint16"/>
      <type name="version" primitiveType="uint16"/>
    </composite>
    <composite name="groupSizeEncoding">
      <type name="blockLength" primitiveType="uint16"/>
      <type name="numInGroup" primitiveType="uint16"/>
    </composite>
    <composite name="textEncoding">
      <type name="length" primitiveType="uint16"/>
      <type name="varData" primitiveType="uint8" length="0" characterEncoding="UTF-8"/>
    </composite>
    <composite name="bytesEncoding">
      <type name="length" primitiveType="uint16"/>
      <type name="varData" primitiveType="uint8" length="0"/>
    </composite>
`,
    );
    expect(afterTypes.startsWith('  <sbe:message name="EngineDeclared" id="1" ')).toBe(true);
    expect(xml.endsWith('  </sbe:message>\n</sbe:messageSchema>\n')).toBe(true);
  });

  it('orders the messages by their ids and lists the values of each enum', () => {
    const ids = [...xml.matchAll(/<sbe:message name="\w+" id="(\d+)"/g)].map((m) => Number(m[1]));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(ids).toHaveLength(definitions.length);
    expect(xml).toContain(`
    <enum name="EngineDeclaredDurability" encodingType="uint8">
      <validValue name="memory">0</validValue>
      <validValue name="os_cache">1</validValue>
      <validValue name="quorum_memory">2</validValue>
      <validValue name="fsync">3</validValue>
      <validValue name="fsync_quorum">4</validValue>
    </enum>
`);
    expect(xml).toContain('<enum name="RulebookPublishedPoliciesOnBreach" encodingType="uint8">');
    const enums = [...xml.matchAll(/<enum name="(\w+)"/g)].map((match) => match[1]);
    expect(new Set(enums).size).toBe(enums.length);
  });

  it('writes a message with a group, and one with data, as SBE wants them', () => {
    const section = (name: string): string => {
      const start = xml.indexOf(`  <sbe:message name="${name}"`);
      return xml
        .slice(start, xml.indexOf('</sbe:message>', start))
        .replaceAll(/ desc[^>]*?"(?=\/?>)/g, '');
    };
    expect(section('OrderCancellationAnswered'))
      .toBe(`  <sbe:message name="OrderCancellationAnswered" id="112">
    <field name="publisherSequence" id="1" type="int64"/>
    <field name="publisher" id="2" type="uint32"/>
    <field name="cancellation" id="3" type="int64"/>
    <field name="account" id="4" type="uint32"/>
    <field name="venue" id="5" type="uint32"/>
    <field name="venueSequence" id="6" type="int64"/>
    <group name="left" id="7" dimensionType="groupSizeEncoding">
      <field name="instrument" id="1" type="uint32"/>
      <field name="buyLots" id="2" type="int64"/>
      <field name="sellLots" id="3" type="int64"/>
    </group>
  `);
    expect(section('RootRecorded')).toContain(`
    <data name="stateRoot" id="2" type="bytesEncoding"/>
    <data name="businessRoot" id="3" type="bytesEncoding"/>
`);
    expect(section('EngineDeclared')).toContain(`
    <field name="durability" id="1" type="EngineDeclaredDurability"/>
    <data name="engine" id="2" type="textEncoding"/>
`);
  });

  it('carries the sentence of each message and field, escaped', () => {
    const plain = xml
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
    for (const { name, doc, fields } of definitions) {
      expect(plain).toContain(
        `name="${name}" id="${String(catalogueId(name))}" description="${doc}"`,
      );
      for (const field of Object.values(fields))
        expect(plain).toContain(` description="${field.doc}"`);
    }
    expect(escaped('<a> & "b"')).toBe('&lt;a&gt; &amp; &quot;b&quot;');
  });
});

function catalogueId(name: string): number | undefined {
  return definitions.find((definition) => definition.name === name)?.templateId;
}
