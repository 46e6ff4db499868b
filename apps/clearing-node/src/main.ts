import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Grant, TokenFile, TokenFileError } from '#libs/access';
import { LogLocked } from '#libs/event-log';
import { ClearingNode } from '#libs/runtime';
import { readSettings, SettingsError } from './node-settings.js';

/** Made at the first start: one of each role. The publishers they name are registered with the log. */
const FIRST_GRANTS: readonly Grant[] = [
  { name: 'operator', role: 'operator' },
  { name: 'publisher', role: 'publisher', publisher: 'publisher' },
  { name: 'executor', role: 'executor', publisher: 'executor' },
  { name: 'auditor', role: 'auditor' },
  { name: 'member', role: 'member', member: 'M01' },
];

/**
 * The node process. Prints one JSON line when it is ready; stops cleanly on SIGTERM and SIGINT;
 * ends with 2 on bad settings and 3 when the environment (disk, lock) fails. With NOVATE_STATS=1 it
 * prints a JSON line {stats} at a clean stop, and on SIGUSR2 in between.
 */
async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  mkdirSync(dirname(settings.tokenFile), { recursive: true });
  const tokens = TokenFile.open(settings.tokenFile, FIRST_GRANTS);
  const node = await ClearingNode.start({
    ...settings,
    firstPublishers: FIRST_GRANTS.flatMap(({ publisher }) => publisher ?? []),
    ...(settings.port === undefined
      ? {}
      : {
          reader: {
            script: new URL('./reader-main.js', import.meta.url),
            settings: { port: settings.port, tokenFile: tokens.path },
          },
        }),
    findGrant: (token) => tokens.find(token),
    durabilityMin: 'fsync',
    onStopped: (reason) => fail(`the log can no longer be written: ${reason}`),
    onNotice: (notice) => process.stderr.write(`novate: ${notice}\n`),
  });
  const stop = (): void => {
    node.close().then(
      () => {
        if (process.env['NOVATE_STATS'] === '1') printStatistics(node);
        process.exit(0);
      },
      (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.env['NOVATE_STATS'] === '1') process.on('SIGUSR2', () => printStatistics(node));
  const http = await node.ready;
  const ready = {
    http,
    binary: node.binaryAddress,
    tokenFile: resolve(tokens.path),
    log: `file:${settings.dataDir}`,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

function printStatistics(node: ClearingNode): void {
  process.stdout.write(`${JSON.stringify({ stats: node.statistics })}\n`);
}

function fail(message: string, code = 3): never {
  process.stderr.write(`novate: ${message}\n`);
  process.exit(code);
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SettingsError) fail(message, 2);
  if (error instanceof LogLocked || error instanceof TokenFileError) fail(message);
  fail(error instanceof Error ? (error.stack ?? message) : message);
});
