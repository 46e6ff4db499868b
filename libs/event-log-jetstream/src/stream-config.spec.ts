import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { configProblems, wantedConfig } from './stream-config.js';

/** As a server gives it back: what is off is left out. */
function asServed(change: Partial<StreamConfig> = {}): Partial<StreamConfig> {
  const all = Object.entries({ ...wantedConfig('log', 1), ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== false && value !== 0));
}

describe('the settings of a stream', () => {
  it('are accepted as we make them', () => {
    expect(configProblems(asServed(), 1)).toEqual([]);
    expect(configProblems(asServed({ num_replicas: 3 }), 3)).toEqual([]);
  });

  it('may have what concerns nobody', () => {
    expect(configProblems(asServed({ description: 'ours', metadata: { a: 'b' } }), 1)).toEqual([]);
  });

  it.each<[string, Partial<StreamConfig>]>([
    ['retention', { retention: RetentionPolicy.Workqueue }],
    ['storage', { storage: StorageType.Memory }],
    ['discard', { discard: DiscardPolicy.Old }],
    ['num_replicas', { num_replicas: 3 }],
    ['max_msgs', { max_msgs: 1_000_000 }],
    ['max_msgs_per_subject', { max_msgs_per_subject: 1 }],
    ['max_bytes', { max_bytes: 1 << 30 }],
    ['max_age', { max_age: 1_000_000_000 }],
    ['max_msg_size', { max_msg_size: 1024 }],
    ['duplicate_window', { duplicate_window: 1_000_000_000 }],
    ['allow_rollup_hdrs', { allow_rollup_hdrs: true }],
    ['allow_direct', { allow_direct: false }],
    ['deny_delete', { deny_delete: false }],
    ['deny_purge', { deny_purge: false }],
    ['sealed', { sealed: true }],
    ['subjects', { subjects: ['novate.log.>'] }],
    ['no_ack', { no_ack: true }],
    ['mirror', { mirror: { name: 'other' } }],
    ['allow_msg_ttl', { allow_msg_ttl: true }],
    ['persist_mode', { persist_mode: 'async' }],
  ])('%s is refused when it could lose or change a frame', (key, change) => {
    const problems = configProblems(asServed(change), 1);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${key} is`));
  });
});
