import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DURABILITIES, type Durability } from '#libs/event-log';

/** How the node is run: command line over environment over defaults. */
export interface NodeSettings {
  readonly dataDir: string;
  /** Tokens and what they may do; made at the first start. */
  readonly tokenFile: string;
  /** URL of the log; undefined: embedded, in `dataDir`. */
  readonly log: string | undefined;
  readonly durabilityMin: Durability;
  readonly takeOver: boolean;
  readonly listen: string | number;
  /** Port of the HTTP API on the loopback interface; undefined: no API. */
  readonly port: number | undefined;
  readonly time: 'input' | 'machine';
  readonly timeStepMaxUs: number;
  readonly snapshotEvery: number;
  readonly acceptTimeJump: boolean;
}

/** A setting is unknown or has a value it may not have; the message names both and the rule. */
export class SettingsError extends Error {}

/** Reads and checks the settings. @throws SettingsError */
export function readSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): NodeSettings {
  const values = parse(args);
  const pick = (name: string, fallback: string): string =>
    values[name] ?? environment[`NOVATE_${name.toUpperCase().replaceAll('-', '_')}`] ?? fallback;
  const time = pick('time', 'machine');
  if (time !== 'input' && time !== 'machine') {
    throw new SettingsError(`time is ${time}; it must be machine or input`);
  }
  const dataDir = pick('data-dir', '.novate/data');
  return {
    dataDir,
    tokenFile: pick('token-file', join(dataDir, 'tokens.json')),
    log: values['log'] ?? environment['NOVATE_LOG'],
    durabilityMin: durability(pick('durability-min', 'fsync')),
    takeOver: pick('take-over', 'no') === 'yes',
    listen: address(pick('listen', '7071')),
    port: httpPort(pick('port', '7070')),
    time,
    timeStepMaxUs: count('time-step-max-s', pick('time-step-max-s', '10'), 86_400) * 1_000_000,
    snapshotEvery: count('snapshot-every', pick('snapshot-every', '1000000'), 1_000_000_000),
    acceptTimeJump: pick('accept-time-jump', 'no') === 'yes',
  };
}

function parse(args: readonly string[]): Record<string, string | undefined> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        'data-dir': { type: 'string' },
        'token-file': { type: 'string' },
        log: { type: 'string' },
        'durability-min': { type: 'string' },
        'take-over': { type: 'boolean' },
        listen: { type: 'string' },
        port: { type: 'string' },
        time: { type: 'string' },
        'time-step-max-s': { type: 'string' },
        'snapshot-every': { type: 'string' },
        'accept-time-jump': { type: 'boolean' },
      },
    });
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === true ? 'yes' : String(value)]),
    );
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : String(error));
  }
}

/** A port, 0 for a free one, or `none`. */
function httpPort(text: string): number | undefined {
  return text === 'none' ? undefined : count('port', text, 65_535);
}

function durability(text: string): Durability {
  const known = DURABILITIES.find((each) => each === text);
  if (known !== undefined) return known;
  throw new SettingsError(
    `durability-min is ${text}; it must be one of ${DURABILITIES.join(', ')}`,
  );
}

/** A port of the loopback interface, or the path of a Unix socket. */
function address(text: string): string | number {
  if (!/^\d+$/.test(text)) return text;
  return count('listen', text, 65_535);
}

function count(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new SettingsError(`${name} is ${text}; it must be a whole number from 0 to ${max}`);
}
