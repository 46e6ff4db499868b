import { Ajv2020 } from 'ajv/dist/2020.js';
import { CHANNEL_NAMES } from '#libs/wire';
import { asyncApiDocument } from './async-api.js';

interface Document {
  readonly channels: { readonly stream: { readonly messages: Readonly<Record<string, object>> } };
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: object }>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

const document = asyncApiDocument() as unknown as Document;
const at = (pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);

describe('the AsyncAPI document', () => {
  it('refers only to what it has', () => {
    const pointers = [...JSON.stringify(document).matchAll(/"\$ref":"(#\/[^"]+)"/g)];
    expect(pointers.length).toBeGreaterThan(40);
    for (const [, pointer = ''] of pointers)
      expect([pointer, at(pointer)]).not.toContain(undefined);
  });

  it('describes every channel, and messages that are schemas', () => {
    expect(JSON.stringify(document)).toContain(JSON.stringify([...CHANNEL_NAMES]));
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { payload } of Object.values(document.components.messages)) {
      const alone = JSON.parse(
        JSON.stringify(payload).replaceAll(/"\$ref":"[^"]+"/g, ''),
      ) as object;
      expect(ajv.validateSchema(alone)).toBe(true);
    }
    const { payload } = document.components.messages['client.subscribe'] ?? { payload: {} };
    const validate = ajv.compile(payload);
    expect(validate({ op: 'subscribe', channel: 'margin', from: '5' })).toBe(true);
    expect(validate({ op: 'subscribe', channel: 'margin', from: 'head' })).toBe(true);
    expect(validate({ op: 'subscribe', channel: 'margins' })).toBe(false);
    expect(validate({ op: 'subscribe', channel: 'margin', from: '-5' })).toBe(false);
  });
});
