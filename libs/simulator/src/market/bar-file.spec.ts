import { readBars } from './bar-file.js';

describe('readBars', () => {
  it('finds the columns by the header, wherever they stand', () => {
    const text = 'ts_ms,open,high,low,close,volume,bid\n1000,1,2,3,4.50,7,9\n2000,1,2,3,4.25,0,9\n';
    expect(readBars(text)).toEqual([
      { timeMs: 1000, close: '4.50', volume: 7 },
      { timeMs: 2000, close: '4.25', volume: 0 },
    ]);
  });

  it('leaves out bars in which nothing was traded', () => {
    const text = 'ts_ms,close,volume,bid\n1000,5,1,4\n2000,,,4\n3000,6,1,5\n';
    expect(readBars(text).map(({ timeMs }) => timeMs)).toEqual([1000, 3000]);
  });

  it.each([
    ['timestamp', '1621382400', 1_621_382_400_000],
    ['timestamp', '1621382400000', 1_621_382_400_000],
    ['timestamp', '1621382400000000', 1_621_382_400_000],
    ['date', '2021-05-19T00:00:00Z', 1_621_382_400_000],
  ])('reads a %s of %s', (column, cell, timeMs) => {
    expect(readBars(`${column},close\r\n${cell},42915.91\r\n`)).toEqual([
      { timeMs, close: '42915.91', volume: 1 },
    ]);
  });

  it.each([
    ['a,b\n1,2\n', 'line 1: a header names a time'],
    ['ts_ms,open\n1,2\n', 'line 1: a header names a close'],
    ['ts_ms,close\n', 'line 2: there is at least one bar'],
    ['ts_ms,close\nx,1\n', 'line 2: the time is a time'],
    ['ts_ms,close\n1,0\n', 'line 2: the close is above zero'],
    ['ts_ms,close,volume\n1,1,-1\n', 'line 2: the volume is not below zero'],
    ['ts_ms,close\n2,1\n2,1\n', 'line 3: the times ascend'],
  ])('refuses %j', (text, reason) => {
    expect(() => readBars(text)).toThrow(reason);
  });
});
