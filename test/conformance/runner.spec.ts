import { judgeFile, type Result } from './judgement.js';
import type { FileMapper } from './mapper.js';
import { Unsupported } from './mapper.js';
import { numberOf } from './json.js';
import { countsTable, reasonsText } from './report.js';
import { EXACT, isNear, toleranceOf } from './tolerance.js';
import { readVectors } from './vector-file.js';

const table: Readonly<Record<string, FileMapper>> = {
  'made.json': {
    sum: ({ inputs }) => ({ sum: numberOf(inputs, 'a') + numberOf(inputs, 'b'), first: 1 }),
    bare: ({ inputs }) => numberOf(inputs, 'a'),
    none: () => {
      throw new Unsupported('no such margin here');
    },
    '': ({ inputs, document }) => ({ sum: numberOf(inputs, 'a') + numberOf(document, 'c') }),
  },
};

function judge(cases: object, file = 'made.json'): Result[] {
  return judgeFile(file, JSON.stringify(cases), table);
}

const one = (change: object) =>
  judge({ vectors: [{ id: 'x', group: 'sum', inputs: { a: 2, b: '3' }, ...change }] })[0];

describe('a case', () => {
  it.each<readonly [name: string, change: object, status: string, reason: unknown]>([
    ['as printed', { expected: { sum: 5 } }, 'pass', null],
    ['of fewer keys', { expected: { first: 1 } }, 'pass', null],
    ['off by a little', { expected: { sum: 5.1 } }, 'fail', 'sum is 5, printed 5.1'],
    ['off within it', { expected: { sum: 5.1 }, tolerance: 0.2 }, 'pass', null],
    ['relative', { expected: { sum: 5.1 }, tolerance: '0.1 relative' }, 'pass', null],
    ['with a key more', { expected: { sum: 5, second: 2 } }, 'fail', 'second is not computed'],
    [
      'of another group',
      { group: 'y', expected: 1 },
      'unsupported',
      expect.stringMatching('group y'),
    ],
    [
      'named like a method',
      { group: 'toString' },
      'unsupported',
      expect.stringMatching('toString'),
    ],
    ['not supported', { group: 'none', expected: 1 }, 'unsupported', 'no such margin here'],
    ['without expected', {}, 'computed', null],
    ['not supported nor expected', { group: 'none' }, 'unsupported', 'no such margin here'],
    [
      'of bad inputs',
      { inputs: { a: 1 }, expected: { sum: 1 } },
      'fail',
      expect.stringMatching('b is'),
    ],
  ])('%s', (_name, change, status, reason) => {
    expect(one(change)).toMatchObject({ file: 'made.json', id: 'x', status, reason });
  });

  it('shows what was asked for, or all that is computed', () => {
    expect(one({ expected: { sum: 5 } })?.actual).toEqual({ sum: 5 });
    expect(one({})?.actual).toEqual({ sum: 5, first: 1 });
    expect(one({ expected: { sum: 5 } })).toEqual({
      ...{ file: 'made.json', id: 'x', status: 'pass', expected: { sum: 5 }, actual: { sum: 5 } },
      ...{ tolerance: 'exact', reason: null },
    });
  });

  it('may be a bare value', () => {
    const cases = { cases: [{ id: 'y', group: 'bare', inputs: { a: '7' }, expected: '7' }] };
    expect(judge(cases)[0]).toMatchObject({ status: 'pass', actual: 7 });
  });

  it('may stand in any container, and without inputs of its own', () => {
    for (const cases of [
      { c: 4, examples: [{ id: 'z', a: 1, expected: { sum: 5 } }] },
      { c: 4, cases: [{ id: 'z', inputs: { a: 1 }, expected: { sum: 5 } }] },
    ]) {
      expect(judge(cases)[0]).toMatchObject({ id: 'z', status: 'pass' });
    }
    expect(() => judge({ c: 4 })).toThrow('no list of cases');
    expect(judge([{ id: 'z', group: 'bare', inputs: { a: 1 } }])[0]?.status).toBe('computed');
  });

  it('of a file without a mapper is unsupported', () => {
    const cases = { vectors: [{ id: 'z', expected: 1 }] };
    expect(judge(cases, 'unknown.json')[0]).toMatchObject({
      status: 'unsupported',
      reason: 'no mapper for unknown.json',
    });
  });
});

it('a mapper sees no answer', () => {
  const text = JSON.stringify({
    conventions: { tolerance: 'allow 1e-6 relative' },
    vectors: [{ id: 'x', a: 1, expected: 2, derivedByUs: 2, recheck: 2, reproduced: true }],
  });
  const read = readVectors(text)[0];
  expect(read?.vector.case).toEqual({ id: 'x', a: 1 });
  expect(read?.vector.inputs).toEqual({ id: 'x', a: 1 });
  expect(read?.tolerance).toBe('allow 1e-6 relative');
});

describe('a tolerance', () => {
  it.each([
    [0.0001, 'absolute', 0.0001],
    ['1e-10 relative', 'relative', 1e-10],
    ['upstream asserts 1e-8 relative on chain; allow 1e-6 relative here', 'relative', 1e-6],
    ['1e-9 absolute', 'absolute', 1e-9],
    ['1 USD (rounds to whole USD)', 'absolute', 1],
    ['rounded to 1', 'absolute', 0.5],
    ['as printed', 'exact', 0],
    [undefined, 'exact', 0],
  ])('%p', (stated, kind, size) => {
    expect(toleranceOf(stated, 'made.json')).toEqual({ kind, size });
  });

  it('is that of its file where the case has none', () => {
    expect(toleranceOf(undefined, 'derive_srm.json')).toEqual({ kind: 'relative', size: 1e-6 });
    expect(toleranceOf(0.5, 'derive_srm.json')).toEqual({ kind: 'absolute', size: 0.5 });
    expect(toleranceOf(0.5, 'venue_examples.json')).toEqual({ kind: 'relative', size: 0.5 });
  });

  it.each([
    [86, 87, false],
    ['9007199254740993', '9007199254740992', false],
    ['9007199254740993', '9007199254740993', true],
    [139442.00000000003, 139442, true],
    [1e12 + 1, 1e12, false],
    [0.1180786791, 0.118078679, true],
    [0.1180786797, 0.118078679, false],
    [Number.NaN, 1, false],
  ])('exact: %p for %p is %p', (actual, expected, near) => {
    expect(isNear(actual, expected, EXACT)).toBe(near);
  });

  it('what is smaller than the noise of the printed figures passes, and nothing else', () => {
    const derive = toleranceOf('1e-6 relative', 'derive_pmrm2.json');
    expect(isNear(-2e-9, -3.6e-12, derive)).toBe(true);
    expect(isNear(-2e-6, -3.6e-12, derive)).toBe(false);
    expect(isNear(1.000002, 1, derive)).toBe(false);
    expect(isNear(-2e-9, -3.6e-12, toleranceOf('1e-6 relative', 'other.json'))).toBe(false);
  });

  it('relative to zero is absolute', () => {
    expect(isNear(1e-7, 0, { kind: 'relative', size: 1e-6 })).toBe(true);
    expect(isNear(1e-5, 0, { kind: 'relative', size: 1e-6 })).toBe(false);
  });
});

it('lists are compared member by member', () => {
  const lists: Readonly<Record<string, FileMapper>> = {
    'made.json': { '': () => ({ pnl: [1, 2, { x: true }] }) },
  };
  const reasonFor = (pnl: unknown) =>
    judgeFile('made.json', JSON.stringify({ cases: [{ id: 'x', expected: { pnl } }] }), lists)[0]
      ?.reason;
  expect(reasonFor([1, 2, { x: true }])).toBeNull();
  expect(reasonFor([1, 3, { x: true }])).toBe('pnl[1] is 2, printed 3');
  expect(reasonFor([1, 2])).toBe('pnl has 3 members, printed 2');
  expect(reasonFor([1, 2, { x: false }])).toBe('pnl[2].x is true, printed false');
});

it('the table counts by file and in all', () => {
  const results = [
    ...judge({
      vectors: [{ id: 'x', group: 'sum', inputs: { a: 1, b: 1 }, expected: { sum: 3 } }],
    }),
    ...judge({ vectors: [{ id: 'y' }] }, 'other.json'),
  ];
  expect(countsTable(results)).toBe(
    [
      'file        pass  fail  unsupported  computed',
      'made.json      0     1            0         0',
      'other.json     0     0            1         0',
      'all            0     1            1         0',
      '',
    ].join('\n'),
  );
  expect(reasonsText(results)).toBe('fail x: sum is 2, printed 3\n');
});
