import { Readiness, type ReadinessSource } from './readiness.js';

describe('readiness', () => {
  let durable = 10;
  let model = 10;
  let standing: ReturnType<ReadinessSource['standing']> = {};
  const readiness = new Readiness({
    durable: () => durable,
    model: () => model,
    standing: () => standing,
    lagMsMax: 100,
  });
  beforeEach(() => {
    standing = {};
  });

  it('allows the model to be behind for a while', () => {
    readiness.sample(0);
    expect(readiness.reason(1_000)).toBeUndefined();
    durable = 20;
    readiness.sample(1_000);
    expect(readiness.reason(1_100)).toBeUndefined();
    expect(readiness.reason(1_101)).toBe('the read model is 10 events and 101 ms behind the log');
  });

  it('measures from the oldest event that is missing', () => {
    durable = 30;
    readiness.sample(1_050);
    model = 20;
    readiness.sample(1_110);
    expect(readiness.lagMs(1_110)).toBe(60);
    model = 30;
    expect(readiness.reason(9_999)).toBeUndefined();
  });

  it('is lost to a pending time jump, a stop and a log that failed, in this order', () => {
    standing = { suspended: 'log time would jump by 60 s' };
    expect(readiness.reason(0)).toBe('log time would jump by 60 s');
    readiness.drain();
    expect(readiness.reason(0)).toBe('the node is stopping');
    standing = { ...standing, stopped: 'no space' };
    expect(readiness.reason(0)).toBe('the log can no longer be written: no space');
  });
});
