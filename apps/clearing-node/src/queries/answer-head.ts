import type { HouseState } from '#libs/clearing-house';
import { formatDate, formatTime } from '#libs/events';

/** Numbers under these names are amounts, prices, quantities or sequences: decimal strings in JSON. */
const EXACT = /(Minor|Ticks|Lots|Micros|Ppb|Ppt|[sS]equence|^order)$/;

/** What every answer says of the point at which it was given. */
export interface AnswerHead {
  /** Last event that the answer takes into account. */
  readonly sequence: string;
  /** Its log time; absent on an empty log. */
  readonly asOf?: string;
  readonly businessDate?: string;
}

export function headOf({ clock }: HouseState): AnswerHead {
  return {
    sequence: String(clock.sequence),
    ...(clock.timeUs === 0 ? {} : { asOf: formatTime(clock.timeUs) }),
    ...(clock.businessDate === 0 ? {} : { businessDate: formatDate(clock.businessDate) }),
  };
}

/**
 * Plain data with exact numbers as decimal strings, and `deadlineUs` as the time `deadline`: null when it
 * has passed and nothing waits for it any more.
 */
export function exactJson(value: unknown, name = ''): unknown {
  if (typeof value === 'number') return EXACT.test(name) ? String(value) : value;
  if (Array.isArray(value)) return value.map((item) => exactJson(item, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, inner]) =>
      key === 'deadlineUs' && typeof inner === 'number'
        ? ['deadline', inner === 0 ? null : formatTime(inner)]
        : [key, exactJson(inner, key)],
    ),
  );
}
