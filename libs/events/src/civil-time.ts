import { invariant } from '#libs/units';

/**
 * Times and dates as text, by arithmetic alone: the core has no clock and no Date. Proleptic
 * Gregorian calendar; days-from-civil as in H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms". Leap seconds do not exist in log time.
 */
const DAYS_PER_ERA = 146_097;
const DAYS_TO_1970 = 719_468;
const US_PER_SECOND = 1_000_000;
const SECONDS_PER_DAY = 86_400;

export interface CivilDate {
  readonly year: number;
  /** 1 .. 12 */
  readonly month: number;
  /** 1 .. 31 */
  readonly day: number;
}

/** Days since 1970-01-01 of a date that exists. */
export function daysFromCivil({ year, month, day }: CivilDate): number {
  invariant(month >= 1 && month <= 12, 'a month is in 1..12');
  invariant(day >= 1 && day <= 31, 'a day of a month is in 1..31');
  // The year begins in March, so that the leap day is its last.
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_1970;
}

/** The date that is `days` after 1970-01-01. */
export function civilFromDays(days: number): CivilDate {
  invariant(Number.isSafeInteger(days), 'a date is a whole number of days');
  const shifted = days + DAYS_TO_1970;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  invariant(day >= 1 && day <= 31, 'a civil day is in 1..31');
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** `YYYY-MM-DD` of days since 1970-01-01, for the years 0000 to 9999. */
export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** Days since 1970-01-01 of `YYYY-MM-DD`; undefined when there is no such date. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  if (date.month < 1 || date.month > 12 || date.day < 1) return undefined;
  const days = daysFromCivil(date);
  // A day beyond the end of its month comes back as a day of the next one.
  return civilFromDays(days).day === date.day ? days : undefined;
}

/** RFC 3339 UTC with microseconds, `2021-05-19T12:58:00.000000Z`, of microseconds since 1970. */
export function formatTime(timeUs: number): string {
  invariant(Number.isSafeInteger(timeUs), 'a time is a whole number of microseconds');
  const seconds = Math.floor(timeUs / US_PER_SECOND);
  const micros = timeUs - seconds * US_PER_SECOND;
  const days = Math.floor(seconds / SECONDS_PER_DAY);
  const secondOfDay = seconds - days * SECONDS_PER_DAY;
  const hour = digits(Math.floor(secondOfDay / 3_600), 2);
  const minute = digits(Math.floor(secondOfDay / 60) % 60, 2);
  return `${formatDate(days)}T${hour}:${minute}:${digits(secondOfDay % 60, 2)}.${digits(micros, 6)}Z`;
}

/**
 * Microseconds since 1970 of an RFC 3339 time in UTC (`Z`) with at most six decimals; undefined
 * when it is not one, or further from 1970 than 2^53 microseconds (years 1684 to 2255).
 */
export function parseTime(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?Z$/.exec(text);
  if (match === null) return undefined;
  const days = parseDate(match[1] ?? '');
  const [hour, minute, second] = [Number(match[2]), Number(match[3]), Number(match[4])];
  if (days === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const seconds = days * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second;
  const timeUs = seconds * US_PER_SECOND + Number((match[5] ?? '').padEnd(6, '0'));
  return Number.isSafeInteger(timeUs) ? timeUs : undefined;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
