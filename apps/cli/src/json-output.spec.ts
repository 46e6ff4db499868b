import { printableJson } from './json-output.js';
import { textTable } from './text-table.js';

describe('printableJson', () => {
  it('writes exact numbers as decimal strings and counts as numbers', () => {
    const value = { amountMinor: 5, markTicks: 7, sequence: 9, order: 1, frame: 2, frames: 3 };
    expect(printableJson({ ...value, nested: [{ quantityLots: -1, haircutPpm: 4 }] })).toBe(
      '{"amountMinor":"5","markTicks":"7","sequence":"9","order":"1","frame":"2","frames":3,' +
        '"nested":[{"quantityLots":"-1","haircutPpm":4}]}',
    );
  });
});

describe('textTable', () => {
  it('aligns words left and numbers right, without trailing spaces', () => {
    const columns = [{ title: 'name' }, { title: 'lots', right: true }, { title: '' }];
    const rows = [
      ['a', '1', 'USD'],
      ['longer', '10000', ''],
    ];
    expect(textTable(columns, rows)).toBe(
      '  name     lots\n  a           1  USD\n  longer  10000\n',
    );
  });
});
