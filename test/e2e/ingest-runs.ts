import { expect } from '@jest/globals';
import { join } from 'node:path';
import { run } from './demo-process.js';
import { verified } from './recovered-run.js';

export const novate = join(process.cwd(), 'bin/novate.mjs');
export const STORY = 'examples/first-hour.jsonl';

/** A line that `novate ingest` printed. */
export interface Answer {
  readonly line: number;
  readonly status: string;
  readonly sequence?: string;
}

/** The whole lines that were printed. */
export function answersOf(stdout: string): Answer[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1).trim();
  return whole === '' ? [] : whole.split('\n').map((line) => JSON.parse(line) as Answer);
}

export function ingestArgs(directory: string, input: string): string[] {
  return ['ingest', '--data-dir', directory, '--clock', 'input', '--input', input];
}

/** The same input again: what was answered is answered as before, the rest is taken, all is well. */
export async function expectContinues(
  directory: string,
  input: string,
  told: string,
): Promise<void> {
  const again = await run(...ingestArgs(directory, input));
  expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
  const answers = answersOf(again.stdout);
  for (const { line, status, sequence } of answersOf(told)) {
    expect(status).toBe('accepted');
    expect(answers[line - 1]).toMatchObject({ line, status: 'duplicate', sequence });
  }
  await verified(directory);
}
