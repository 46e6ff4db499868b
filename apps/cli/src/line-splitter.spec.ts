import fc from 'fast-check';
import { type InputLine, LINE_BYTES_MAX, LineSplitter } from './line-splitter.js';

function split(bytes: Uint8Array, cuts: readonly number[] = []): InputLine[] {
  const splitter = new LineSplitter();
  const lines: InputLine[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    lines.push(...splitter.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return [...lines, ...splitter.end()];
}

describe('LineSplitter', () => {
  it('gives the same lines however the stream is cut', () => {
    const text = fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(400), { maxLength: 8 }), (parts, places) => {
        const bytes = Buffer.from(parts.join('\n'));
        const cuts = places.map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b);
        expect(split(bytes, cuts)).toEqual(split(bytes));
      }),
    );
  });

  it('counts empty lines and leaves them out', () => {
    expect(split(Buffer.from('a\n\n \r\nb'))).toEqual([
      { number: 1, text: 'a' },
      { number: 4, text: 'b' },
    ]);
  });

  it('takes 64 KiB and one byte more is a fault; the next line is unharmed', () => {
    const longest = 'x'.repeat(LINE_BYTES_MAX);
    expect(split(Buffer.from(`${longest}\n${longest}y\nz`))).toEqual([
      { number: 1, text: longest },
      { number: 2, fault: 'is longer than 65536 bytes' },
      { number: 3, text: 'z' },
    ]);
  });

  it('says which line is no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xff, 10]), Buffer.from('b')]);
    expect(split(bytes)).toEqual([
      { number: 1, text: 'a' },
      { number: 2, fault: 'is not valid UTF-8' },
      { number: 3, text: 'b' },
    ]);
  });
});
