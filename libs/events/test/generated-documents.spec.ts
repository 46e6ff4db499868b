import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, catalogueMarkdown, sbeXml, type MessageDefinition } from '../src/index.js';

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
});
