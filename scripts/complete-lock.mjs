// Adds the optional packages of other platforms that a registry did not serve, so that `npm ci`
// accepts the lock everywhere; on its own platform npm then fetches such a package by its version.
// Run it after `npm install` has changed package-lock.json: node scripts/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const systems = 'aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32';
const machines = 'arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64';
const platform = new RegExp(`-(${systems})-(${machines})(?:-(gnu|musl))?`);

/** What package.json of a platform package says about where it may be installed. */
function constraints(name) {
  const [, os, cpu, libc] = platform.exec(name) ?? [];
  if (os === undefined) return { os: ['none'] };
  const family = { gnu: ['glibc'], musl: ['musl'] }[libc];
  return { cpu: [cpu], ...(os === 'linux' && family ? { libc: family } : {}), os: [os] };
}

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [parent, pkg] of Object.entries(lock.packages)) {
  if (parent === '') continue;
  for (const [name, range] of Object.entries(pkg.optionalDependencies ?? {})) {
    const top = `node_modules/${name}`;
    if (lock.packages[top] || lock.packages[`${parent}/${top}`]) continue;
    lock.packages[top] = {
      version: range.replace(/^[^0-9]*/, ''),
      ...constraints(name),
      ...(pkg.dev ? { dev: true } : {}),
      optional: true,
    };
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync(path, JSON.stringify(lock, null, 2) + '\n');
console.log(`package-lock.json: ${added} entries added`);
