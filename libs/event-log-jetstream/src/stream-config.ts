import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type StreamConfig,
} from '@nats-io/jetstream';

/** Event frames and log frames have a subject each, so that the last of either is found at once. */
export function eventSubject(stream: string): string {
  return `novate.${stream}.event`;
}

export function logSubject(stream: string): string {
  return `novate.${stream}.log`;
}

/** Where a writer answers who it is; not part of the stream. */
export function writerSubject(stream: string): string {
  return `novate.${stream}.writer`;
}

const NANOS_A_MINUTE = 60_000_000_000;

/**
 * The stream of a log: nothing is ever dropped, rolled up, deleted or purged, and whatever would
 * not fit is refused. Frames carry no Nats-Msg-Id, so the window for duplicates, which a server
 * wants to have, does nothing; expected-last-sequence is what keeps a frame from being stored twice.
 */
export function wantedConfig(stream: string, replicas: number) {
  return {
    name: stream,
    subjects: [eventSubject(stream), logSubject(stream)],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    max_consumers: -1,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    max_bytes: -1,
    max_age: 0,
    max_msg_size: -1,
    duplicate_window: 2 * NANOS_A_MINUTE,
    compression: StoreCompression.None,
    allow_direct: true,
    allow_rollup_hdrs: false,
    deny_delete: true,
    deny_purge: true,
    discard_new_per_subject: false,
    sealed: false,
  } satisfies Partial<StreamConfig>;
}

/** Settings that a server leaves out when they are off, and that must be off. */
const MUST_BE_OFF = [
  'no_ack',
  'mirror',
  'sources',
  'subject_transform',
  'allow_msg_ttl',
  'allow_msg_counter',
  'allow_msg_schedules',
  'subject_delete_marker_ttl',
] as const;

/** What of a stream's configuration is not ours; one phrase for each setting. */
export function configProblems(actual: Partial<StreamConfig>, replicas: number): string[] {
  const wanted = wantedConfig(actual.name ?? '', replicas);
  const problems = (Object.keys(wanted) as (keyof typeof wanted)[]).flatMap((key) => {
    const [is, should] = [actual[key] ?? absentValue(wanted[key]), wanted[key]];
    if (JSON.stringify(is) === JSON.stringify(should)) return [];
    return [`${key} is ${JSON.stringify(is)}, not ${JSON.stringify(should)}`];
  });
  for (const key of MUST_BE_OFF) {
    const is = actual[key];
    const isOff = is === undefined || is === false || is === 0;
    if (!isOff) problems.push(`${key} is set`);
  }
  const mode: string = actual.persist_mode ?? '';
  if (mode !== '' && mode !== 'default') problems.push(`persist_mode is ${JSON.stringify(mode)}`);
  return problems;
}

/** What a server means by leaving a setting out. */
function absentValue(wanted: unknown): unknown {
  if (typeof wanted === 'boolean') return false;
  return typeof wanted === 'number' ? 0 : undefined;
}
