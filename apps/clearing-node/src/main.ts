import { LogLocked, LogUnavailable, LogUrlError } from '#libs/event-log';
import { ClearingNode, fileLocation, locateLog } from '#libs/runtime';
import { readSettings, SettingsError } from './node-settings.js';

/**
 * The node process. Prints one JSON line when it is ready; stops cleanly on SIGTERM and SIGINT;
 * ends with 2 on bad settings and 3 when the environment (disk, lock, broker) fails. With NOVATE_STATS=1 it
 * prints a JSON line {stats} at a clean stop, and on SIGUSR2 in between.
 */
async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  const log =
    settings.log === undefined ? fileLocation(settings.dataDir) : await locateLog(settings.log);
  const node = await ClearingNode.start({
    ...settings,
    log,
    ...(settings.port === undefined
      ? {}
      : {
          reader: {
            script: new URL('./reader-main.js', import.meta.url),
            settings: { port: settings.port },
          },
        }),
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
  const ready = { http, binary: settings.listen, log: log.display };
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
  if (error instanceof SettingsError || error instanceof LogUrlError) fail(message, 2);
  if (error instanceof LogLocked || error instanceof LogUnavailable) fail(message);
  fail(error instanceof Error ? (error.stack ?? message) : message);
});
