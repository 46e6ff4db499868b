// Compiles to dist/ with tsc, removes outputs whose source is gone, and stamps the build, so that
// bin/novate.mjs can tell a stale dist/ from a fresh one, after linking the core into one module.
// Further arguments go to tsc.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linkCore } from './link-core.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

// Taken before the compiler reads anything: a file saved during the build makes the build stale.
const startedAtMs = Date.now();
const windows = process.platform === 'win32';
const args = ['-p', join(root, 'tsconfig.build.json'), ...process.argv.slice(2)];
const { status, error } = spawnSync('tsc', args, { cwd: root, stdio: 'inherit', shell: windows });
if (error) throw error;
if (status !== 0) process.exit(status ?? 1);

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.js(\.map)?$/.test(entry.name)) continue;
  const output = join(entry.parentPath, entry.name);
  const source = join(root, relative(dist, output).replace(/\.js(\.map)?$/, '.ts'));
  if (!existsSync(source)) rmSync(output);
}
await linkCore(dist);
writeFileSync(join(dist, 'build.json'), JSON.stringify({ startedAtMs }) + '\n');
