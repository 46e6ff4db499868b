import fc from 'fast-check';
import { formatBase64, parseBase64 } from '../src/base64-text.js';

describe('base64', () => {
  it('is what Buffer makes of the bytes, and gives them back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = formatBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(parseBase64(text)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['A', 'AA', 'AA=', 'AB==', 'AAB=', 'A===', '====', '=AAA', 'AA=A', 'AA-_', 'AAAA '])(
    '%j is not base64, or not the one text of its bytes',
    (text) => expect(parseBase64(text)).toBeUndefined(),
  );

  it('accepts a text only if it is the one that is written', () => {
    const character = fc.constantFrom(...Array.from('ABQgw/+9=-'));
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
        const bytes = parseBase64(text);
        if (bytes !== undefined) expect(formatBase64(bytes)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });
});
