import { statfsSync } from 'node:fs';

/** A measurement at a time. */
export interface TimedSample {
  readonly seconds: number;
  readonly value: number;
}

/**
 * Slope of the straight line with the least squares through the samples, per second.
 * @throws Error for fewer than two times
 */
export function slopePerSecond(samples: readonly TimedSample[]): number {
  const count = samples.length;
  const meanSeconds = samples.reduce((sum, { seconds }) => sum + seconds, 0) / count;
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / count;
  let products = 0;
  let squares = 0;
  for (const { seconds, value } of samples) {
    products += (seconds - meanSeconds) * (value - meanValue);
    squares += (seconds - meanSeconds) ** 2;
  }
  if (!(squares > 0)) throw new Error('a slope needs samples at two times');
  return products / squares;
}

/** Bytes of log a trade, with snapshots; more than is measured, so that the disk is never filled. */
const BYTES_PER_TRADE = 128;
const BYTES_PER_ACCOUNT = 8_000;

/** Bytes that so many trades over so many accounts take on disk, at most. */
export function diskBytes(trades: number, accounts: number): number {
  return trades * BYTES_PER_TRADE + accounts * BYTES_PER_ACCOUNT;
}

/**
 * Refuses work that would take more than `gigabytesMax`, or than the disk has free.
 * @throws RangeError naming both figures and what to change
 */
export function checkDisk(directory: string, bytes: number, gigabytesMax: number): void {
  const { bavail, bsize } = statfsSync(directory);
  const wanted = `it needs up to ${(bytes / 1e9).toFixed(1)} GB of disk`;
  const remedy = '--set seconds or tradesPerSecond lower';
  if (bytes > gigabytesMax * 1e9) {
    throw new RangeError(
      `${wanted}, more than ${String(gigabytesMax)}: ${remedy}, or diskGb higher`,
    );
  }
  if (bytes > bavail * bsize) {
    const free = ((bavail * bsize) / 1e9).toFixed(1);
    throw new RangeError(`${wanted}, and ${free} GB are free in ${directory}: ${remedy}`);
  }
}
