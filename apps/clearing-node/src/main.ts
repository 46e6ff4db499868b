import { dirname, resolve } from 'node:path';
import type { Logger } from 'pino';
import { type Grant, TokenFile, TokenFileError } from '#libs/access';
import { LogLocked, LogUnavailable, LogUrlError } from '#libs/event-log';
import { NodeFileSystem } from '#libs/event-log-file';
import { ClearingNode, fileLocation, locateLog } from '#libs/runtime';
import { nodeLog } from './node-log.js';
import { type NodeSettings, readSettings } from './settings/node-settings.js';
import { SettingsError } from './settings/setting-value.js';
import { settingsHelp } from './settings/settings-help.js';

/** Made at the first start: one of each role. The publishers they name are registered with the log. */
const FIRST_GRANTS: readonly Grant[] = [
  { name: 'operator', role: 'operator' },
  { name: 'publisher', role: 'publisher', publisher: 'publisher' },
  { name: 'executor', role: 'executor', publisher: 'executor' },
  { name: 'auditor', role: 'auditor' },
  { name: 'member', role: 'member', member: 'M01' },
];

/** A node whose log failed answers what it has, and probes, for so long. */
const LAST_WORDS_MS = 500;

/**
 * The node process. Prints one JSON line when it is ready; stops cleanly on SIGTERM and SIGINT;
 * ends with 2 on bad settings and 3 when the environment (disk, lock, broker) fails. With NOVATE_STATS=1
 * it prints a JSON line {stats} at a clean stop, and on SIGUSR2 in between.
 */
async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(settingsHelp());
    return;
  }
  const settings = readSettings(args, process.env);
  const lines = nodeLog(settings.logLevel, 'core');
  await new NodeFileSystem().makeDirectory(dirname(settings.tokenFile));
  const tokens = TokenFile.open(settings.tokenFile, FIRST_GRANTS);
  const log =
    settings.log === undefined ? fileLocation(settings.dataDir) : await locateLog(settings.log);
  const node = await ClearingNode.start({
    ...settings,
    log,
    firstPublishers: FIRST_GRANTS.flatMap(({ publisher }) => publisher ?? []),
    ...readerOf(settings, tokens.path),
    findGrant: (token) => tokens.find(token),
    onStopped: (reason) => {
      lines.fatal(reason);
      const remedy = 'nothing acknowledged is lost; put that right and start again';
      const sentence = `the node cannot go on: ${log.display}: ${reason}; ${remedy}`;
      setTimeout(() => fail(sentence), LAST_WORDS_MS);
    },
    onNotice: (notice) => lines.warn(notice),
  });
  stopOnSignals(node, lines);
  const http = await node.ready;
  const ready = {
    http,
    stream: http === undefined ? undefined : `${http.replace(/^http/, 'ws')}/v1/stream`,
    binary: node.binaryAddress,
    tokenFile: resolve(tokens.path),
    log: log.display,
    comesFirst: node.comesFirst,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  lines.info({ ...ready, sequence: node.statistics.sequence }, 'ready');
}

/** Script and settings of the thread that serves the API; nothing when none is served. */
function readerOf(settings: NodeSettings, tokenFile: string) {
  const { port, host, logLevel, bodyBytesMax, batchLinesMax } = settings;
  if (port === undefined) return {};
  const { requestsPerSecond, readyLagMs, drainMs, utiPrefix } = settings;
  const limits = { bodyBytesMax, batchLinesMax, requestsPerSecond, readyLagMs, drainMs };
  const script = new URL('./reader-main.js', import.meta.url);
  return {
    reader: { script, settings: { port, host, tokenFile, logLevel, utiPrefix, ...limits } },
  };
}

function stopOnSignals(node: ClearingNode, lines: Logger): void {
  const stop = (signal: string): void => {
    lines.info({ signal }, 'stopping');
    node.close().then(
      () => {
        lines.info({ sequence: node.statistics.sequence }, 'stopped');
        if (process.env['NOVATE_STATS'] === '1') printStatistics(node);
        process.exit(0);
      },
      (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.env['NOVATE_STATS'] === '1') process.on('SIGUSR2', () => printStatistics(node));
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
  if (error instanceof TokenFileError) fail(message);
  // The operating system refuses a file or an address: its sentence names it, our stack helps nobody.
  if (error instanceof Error && 'syscall' in error)
    fail(`${message}; put that right and start again`);
  fail(error instanceof Error ? (error.stack ?? message) : message);
});
