import fc from 'fast-check';
import { formatDate, formatTime, parseDate, parseTime } from '../src/index.js';
import { civilFromDays, daysFromCivil } from '../src/civil-time.js';

const MS_PER_DAY = 86_400_000;

describe('dates', () => {
  it('are those of Date, on every day from 1600 to 2400', () => {
    const [first, last] = [Date.UTC(1600, 0, 1) / MS_PER_DAY, Date.UTC(2400, 11, 31) / MS_PER_DAY];
    let wrong = 0;
    for (let days = first; days <= last; days += 1) {
      const date = new Date(days * MS_PER_DAY);
      const civil = civilFromDays(days);
      if (
        civil.year !== date.getUTCFullYear() ||
        civil.month !== date.getUTCMonth() + 1 ||
        civil.day !== date.getUTCDate() ||
        daysFromCivil(civil) !== days
      ) {
        wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  });

  it('are text that is read back', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), (days) => {
        const text = formatDate(days);
        expect(text).toBe(new Date(days * MS_PER_DAY).toISOString().slice(0, 10));
        expect(parseDate(text)).toBe(days);
      }),
    );
  });

  it.each(['2021-2-1', '2021-00-10', '2021-13-01', '2021-04-31', '2021-05-00', '1900-02-29', ''])(
    '%s is none',
    (text) => expect(parseDate(text)).toBeUndefined(),
  );
});

describe('times', () => {
  it('are those of Date, with microseconds', () => {
    const { MIN_SAFE_INTEGER: min, MAX_SAFE_INTEGER: max } = Number;
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, -1, 0, 1)), (us) => {
        const ms = Math.floor(us / 1000);
        const micros = String(us - ms * 1000).padStart(3, '0');
        const text = `${new Date(ms).toISOString().slice(0, -1)}${micros}Z`;
        expect(formatTime(us)).toBe(text);
        expect(parseTime(text)).toBe(us);
      }),
      { numRuns: 2000 },
    );
  });

  it('may have fewer decimals', () => {
    expect(parseTime('2021-05-19T12:58:00Z')).toBe(1_621_429_080_000_000);
    expect(parseTime('2021-05-19T12:58:00.5Z')).toBe(1_621_429_080_500_000);
  });

  it.each([
    '2021-05-19T24:00:00Z',
    '2021-05-19T12:60:00Z',
    '2021-05-19T12:58:60Z',
    '2021-05-19T12:58:00',
    '2021-05-19T12:58:00+00:00',
    '2021-05-19T12:58:00.1234567Z',
    '2021-05-19T12:58:00.Z',
    '2021-02-30T12:58:00Z',
    '2255-06-06T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
    '0000-01-01T00:00:00Z',
  ])('%s is none', (text) => expect(parseTime(text)).toBeUndefined());
});
