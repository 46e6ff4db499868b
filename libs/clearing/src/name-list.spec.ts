import * as fc from 'fast-check';
import { NameList } from './name-list.js';

const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }), {
  maxLength: 300,
});

describe('names of one kind of thing', () => {
  it('are found by id and by name as in a map', () => {
    fc.assert(
      fc.property(names, names, (given, asked) => {
        const list = new NameList();
        const ids = new Map<string, number>();
        for (const name of given) {
          list.add(name);
          ids.set(name, list.count);
        }
        for (const name of [...given, ...asked]) expect(list.idOf(name)).toBe(ids.get(name));
        for (const [name, id] of ids) expect(list.nameOf(id)).toBe(name);
        expect(list.count).toBe(given.length);
        expect(list.nameOf(given.length + 1)).toBeUndefined();
      }),
    );
  });

  it('are all found among very many', () => {
    const list = new NameList();
    for (let id = 1; id <= 50_000; id++) list.add(`A${String(id)}`);
    for (let id = 1; id <= 50_000; id++) {
      if (list.idOf(`A${String(id)}`) !== id || list.nameOf(id) !== `A${String(id)}`) {
        throw new Error(`the name of ${String(id)} is lost`);
      }
    }
    expect(list.idOf('A50001')).toBeUndefined();
    expect(list.idOf('A0')).toBeUndefined();
  });

  it.each([
    ['nothing', ''],
    ['a lone surrogate', 'a\ud800'],
  ])('are not %s', (_, name) => {
    const list = new NameList();
    expect(() => list.add(name)).toThrow('a name is not empty, and UTF-8 can express it');
    list.add('a\ufffd');
    expect(list.idOf(name)).toBeUndefined();
    expect(list.nameOf(1)).toBe('a\ufffd');
  });

  it('are unique, and may begin with a byte order mark', () => {
    const list = new NameList();
    list.add('\ufeffa');
    list.add('a');
    expect([list.idOf('\ufeffa'), list.idOf('a')]).toEqual([1, 2]);
    expect(() => list.add('a')).toThrow('names are unique');
  });

  it.each([0, -1, 2, 0.5, NaN])('are not borne by %d', (id) => {
    const list = new NameList();
    list.add('a');
    expect(list.nameOf(id)).toBeUndefined();
  });
});
