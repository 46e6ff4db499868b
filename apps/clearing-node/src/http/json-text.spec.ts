import { LineError } from '#libs/wire';
import { jsonObjectOf } from './json-text.js';

describe('the text of an input', () => {
  it.each([
    ['{}', {}],
    ['{"a": [1, {"b": "}"}], "c": "\\"{"}', { a: [1, { b: '}' }], c: '"{' }],
    ['{"a": {"x": 1}, "b": {"x": 2}}', { a: { x: 1 }, b: { x: 2 } }],
    ['{"a": "a", "b": "a"}', { a: 'a', b: 'a' }],
  ])('%s is an object', (text, json) => {
    expect(jsonObjectOf(text)).toEqual(json);
  });

  it.each([
    ['', 'is not JSON'],
    ['{"a":}', 'is not JSON'],
    ['{"a', 'is not JSON'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['{"a": 1, "a": 2}', 'a is given twice'],
    ['{"a": 1, "\\u0061": 2}', 'a is given twice'],
    ['{"a": 1, "a" : {"a": 1}}', 'a is given twice'],
    [`${'{"a":'.repeat(9)}1${'}'.repeat(9)}`, 'deeper than 8'],
  ])('%s is refused', (text, rule) => {
    expect(() => jsonObjectOf(text)).toThrow(LineError);
    expect(() => jsonObjectOf(text)).toThrow(rule);
  });

  it('is read in time that grows with its length, whatever stands in it', () => {
    for (const piece of ['"', '\\"', '"\\', '{', '[', '"a":', '"a" ']) {
      const startedAtMs = performance.now();
      expect(() => jsonObjectOf(`{"x":"${piece.repeat(60_000)}`)).toThrow(LineError);
      expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    }
  });
});
