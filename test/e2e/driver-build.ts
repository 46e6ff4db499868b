import { transformFileSync } from '@swc/core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const parts = [
  new URL('./kill-driver.js', import.meta.url),
  new URL('./durable-run.js', import.meta.url),
  new URL('./falling-market.js', import.meta.url),
].map((url) => fileURLToPath(url));

/**
 * Compiles the driver beside the compiled program and answers its path. A loader that compiles on
 * the way would double the time of a run under strace, and add threads and calls of its own.
 */
export function buildKillDriver(): string {
  const folder = join(process.cwd(), 'dist/test/e2e');
  mkdirSync(folder, { recursive: true });
  for (const part of parts) {
    const { code } = transformFileSync(part.replace(/js$/, 'ts'), {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    writeFileSync(join(folder, basename(part)), code);
  }
  return join(folder, 'kill-driver.js');
}
