import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Durability } from '#libs/event-log';
import { checkedFile } from './settings-file.js';
import { checkedValue, type RawValue, SettingsError } from './setting-value.js';
import { type Setting, type SettingName, settingsTable } from './settings-table.js';

/** How the node is run: command line over environment over file over defaults. */
export interface NodeSettings {
  readonly dataDir: string;
  readonly tokenFile: string;
  /** URL of the log; undefined: embedded, in `dataDir`. */
  readonly log: string | undefined;
  readonly durabilityMin: Durability;
  readonly takeOver: boolean;
  readonly host: string;
  /** Port of the HTTP API; undefined: no API. */
  readonly port: number | undefined;
  readonly listen: string | number;
  readonly time: 'input' | 'machine';
  readonly timeStepMaxUs: number;
  readonly snapshotEvery: number;
  readonly comesFirst: boolean;
  readonly acceptTimeJump: boolean;
  readonly logLevel: string;
  readonly bodyBytesMax: number;
  readonly batchLinesMax: number;
  readonly requestsPerSecond: number;
  readonly readyLagMs: number;
  readonly drainMs: number;
  readonly utiPrefix: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Name of a setting in the environment. */
export function environmentName(name: string): string {
  return `NOVATE_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** Reads and checks the settings. @throws SettingsError */
export function readSettings(args: readonly string[], environment: Environment): NodeSettings {
  const flags = parse(args);
  const file = flags['config'] ?? environment['NOVATE_CONFIG'];
  const inFile = file === undefined ? {} : readFile(file);
  const values = new Map<SettingName, RawValue>();
  const set = new Set<SettingName>();
  for (const [name, setting] of Object.entries(settingsTable) as [SettingName, Setting][]) {
    const variable = environmentName(name);
    const sources: [RawValue | undefined, string][] = [
      [flags[name], `--${name}`],
      [environment[variable], variable],
      [inFile[name], `${name} in ${file ?? ''}`],
    ];
    const given = sources.find(([value]) => value !== undefined);
    if (given !== undefined) set.add(name);
    const [value, source] = given ?? [undefined, name];
    const checked = checkedValue(setting, value, source);
    if (checked !== undefined) values.set(name, checked);
  }
  return settingsOf(values, set);
}

function settingsOf(
  values: ReadonlyMap<SettingName, RawValue>,
  set: ReadonlySet<SettingName>,
): NodeSettings {
  const text = (name: SettingName): string => String(values.get(name) ?? '');
  const count = (name: SettingName): number => Number(values.get(name));
  const dataDir = text('data-dir');
  const port = values.get('port');
  const listen = port === 0 && !set.has('listen') ? '0' : text('listen');
  checkHost(text('host'), values.get('allow-remote') === true);
  return {
    dataDir,
    tokenFile: values.has('token-file') ? text('token-file') : join(dataDir, 'tokens.json'),
    log: values.has('log') ? text('log') : undefined,
    durabilityMin: text('durability-min') as Durability,
    takeOver: values.get('take-over') === true,
    host: text('host'),
    port: port === 'none' ? undefined : count('port'),
    listen: /^\d+$/.test(listen) ? Number(listen) : listen,
    time: text('time') === 'input' ? 'input' : 'machine',
    timeStepMaxUs: count('time-step-max-s') * 1_000_000,
    snapshotEvery: count('snapshot-every'),
    comesFirst: text('core-priority') === 'high',
    acceptTimeJump: values.get('accept-time-jump') === true,
    logLevel: text('log-level'),
    bodyBytesMax: count('body-bytes-max'),
    batchLinesMax: count('batch-lines-max'),
    requestsPerSecond: count('requests-per-second'),
    readyLagMs: count('ready-lag-ms'),
    drainMs: count('drain-ms'),
    utiPrefix: text('uti-prefix'),
  };
}

/** Tokens travel in clear text: nobody serves them to a network by accident. */
function checkHost(host: string, allowRemote: boolean): void {
  const isLoopback = host === 'localhost' || host === '::1' || /^127(\.\d+){3}$/.test(host);
  if (isLoopback || allowRemote) return;
  const kind = isIP(host) === 0 ? 'a host name' : 'an address';
  throw new SettingsError(
    `host is ${host}, ${kind} other than loopback; it must be loopback, or allow-remote be set`,
  );
}

function parse(args: readonly string[]): Record<string, string | undefined> {
  const options: Record<string, { type: 'string' | 'boolean' }> = { config: { type: 'string' } };
  for (const [name, { kind }] of Object.entries(settingsTable)) {
    options[name] = { type: kind === 'flag' ? 'boolean' : 'string' };
  }
  try {
    const { values } = parseArgs({ args: [...args], options });
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === true ? 'yes' : String(value)]),
    );
  } catch (error) {
    const [sentence] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new SettingsError(`${sentence ?? ''}; --help names the settings`);
  }
}

function readFile(path: string): Readonly<Record<string, RawValue>> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`config is ${path}; it must be a file that can be read: ${detail}`);
  }
  return checkedFile(path, text);
}
