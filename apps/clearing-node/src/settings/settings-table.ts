import { DURABILITIES } from '#libs/event-log';

interface SettingBase {
  /** One sentence, as `--help` and the JSON Schema show it. */
  readonly doc: string;
}
export interface TextSetting extends SettingBase {
  readonly kind: 'text';
  readonly default?: string;
  /** What a value must match, and that rule in words. */
  readonly pattern: RegExp;
  readonly rule: string;
}
export interface CountSetting extends SettingBase {
  readonly kind: 'count';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** A word that may stand instead of a number. */
  readonly word?: string;
}
export interface ChoiceSetting extends SettingBase {
  readonly kind: 'choice';
  readonly default: string;
  readonly values: readonly string[];
}
/** On the command line `--name`; in the environment and the file yes or no, true or false. */
export interface FlagSetting extends SettingBase {
  readonly kind: 'flag';
}
export type Setting = TextSetting | CountSetting | ChoiceSetting | FlagSetting;

const path = { pattern: /^[^\0]+$/, rule: 'must be a path' } as const;

/**
 * Every setting of the node, by the name that it has everywhere: `--name` on the command line, `name`
 * in the file, NOVATE_NAME in the environment. Help, JSON Schema and checks are made from it.
 */
export const settingsTable = {
  'data-dir': {
    kind: 'text',
    default: '.novate/data',
    ...path,
    doc: 'Directory of the embedded log and its snapshots.',
  },
  'token-file': {
    kind: 'text',
    ...path,
    doc: 'File of tokens and roles, made at the first start with mode 600; DATA-DIR/tokens.json.',
  },
  log: {
    kind: 'text',
    pattern: /^[a-z]+:\S+$/,
    rule: 'must be a URL such as nats://127.0.0.1:4222/stream or file:DIR',
    doc: 'URL of the log; the embedded one in data-dir when absent.',
  },
  'durability-min': {
    kind: 'choice',
    default: 'fsync',
    values: DURABILITIES,
    doc: 'The node refuses a log that promises less.',
  },
  'take-over': {
    kind: 'flag',
    doc: 'Take the log from a living writer, which is fenced.',
  },
  host: {
    kind: 'text',
    default: '127.0.0.1',
    pattern: /^[A-Za-z0-9.:_-]{1,253}$/,
    rule: 'must be a host name or an address',
    doc: 'Interface of the HTTP API; other than loopback only with allow-remote.',
  },
  'allow-remote': {
    kind: 'flag',
    doc: 'Serve on a host other than loopback. There is no TLS here: put a proxy before it.',
  },
  port: {
    kind: 'count',
    default: 7070,
    min: 0,
    max: 65_535,
    word: 'none',
    doc: 'Port of the HTTP API; 0 takes free ports for all, none serves no API.',
  },
  listen: {
    kind: 'text',
    default: '7071',
    pattern:
      /^(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]|[^\d\0][^\0]{0,99})$/,
    rule: 'must be a port from 0 to 65535 or the path of a Unix socket',
    doc: "Port (loopback) or Unix socket path of the publishers' binary stream.",
  },
  time: {
    kind: 'choice',
    default: 'machine',
    values: ['machine', 'input'],
    doc: "Where log time comes from: the machine's clock, or the publishers (simulation).",
  },
  'time-step-max-s': {
    kind: 'count',
    default: 10,
    min: 1,
    max: 86_400,
    doc: 'Largest advance of log time in seconds without TimeJumpAccepted.',
  },
  'accept-time-jump': {
    kind: 'flag',
    doc: 'Record TimeJumpAccepted for a gap found at start.',
  },
  'snapshot-every': {
    kind: 'count',
    default: 1_000_000,
    min: 0,
    max: 1_000_000_000,
    doc: 'Events between snapshots; 0 for none.',
  },
  'core-priority': {
    kind: 'choice',
    default: 'high',
    values: ['high', 'normal'],
    doc: 'high: the core comes first on a processor while it has time to spare, where the system allows it.',
  },
  'log-level': {
    kind: 'choice',
    default: 'info',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    doc: 'Least severe line that is logged, as JSON on stderr.',
  },
  'body-bytes-max': {
    kind: 'count',
    default: 8_388_608,
    min: 1_024,
    max: 268_435_456,
    doc: 'Largest body of a batch; a single input may have 65536 bytes.',
  },
  'batch-lines-max': {
    kind: 'count',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    doc: 'Most lines of a batch.',
  },
  'requests-per-second': {
    kind: 'count',
    default: 10_000,
    min: 1,
    max: 10_000_000,
    doc: 'Requests that one token may make in a second before it is told to wait (429).',
  },
  'ready-lag-ms': {
    kind: 'count',
    default: 2_000,
    min: 1,
    max: 3_600_000,
    doc: 'Not ready while the read model is further behind the durable head, milliseconds.',
  },
  'drain-ms': {
    kind: 'count',
    default: 5_000,
    min: 0,
    max: 600_000,
    doc: 'How long a stopping node waits for the requests it has, milliseconds.',
  },
  'uti-prefix': {
    kind: 'text',
    default: 'NOVATE00000000000000',
    pattern: /^[A-Z0-9]{20}$/,
    rule: 'must be 20 capital letters and digits: the LEI of the clearing house',
    doc: 'First 20 characters of the trade identifiers given to the legs of a trade.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settingsTable;
