import { AckHistory } from './ack-history.js';
import { SessionAcks } from './session-acks.js';

function acks(...inputs: [number: number, sequence: number, reason?: number][]): SessionAcks {
  const session = new SessionAcks(1);
  for (const [number, sequence, reason = 0] of inputs) session.note(number, sequence, reason);
  return session;
}

describe('acknowledgements of a frame', () => {
  it('are one run while numbers and sequences follow one another', () => {
    const session = acks([5, 50], [6, 51], [7, 52, 110], [8, 53]);
    expect(session.runs).toEqual([5, 50, 4]);
    expect(session.refusals).toEqual([7, 110]);
    expect([session.first, session.last]).toEqual([5, 8]);
  });

  it('begin a new run where a decision stands between', () => {
    expect(acks([5, 50], [6, 53], [7, 54]).runs).toEqual([5, 50, 1, 6, 53, 2]);
  });

  it('can be given from a number on', () => {
    const session = acks([5, 50, 101], [6, 51], [7, 54, 110], [8, 55]);
    expect(session.from(5)).toBe(session);
    expect(session.from(6)).toEqual({ runs: [6, 51, 1, 7, 54, 2], refusals: [7, 110] });
    expect(session.from(8)).toEqual({ runs: [8, 55, 1], refusals: [] });
    expect(session.from(9)).toEqual({ runs: [], refusals: [] });
  });
});

describe('where acknowledgements stand', () => {
  it('is the last mark at or before the number', () => {
    const history = new AckHistory();
    expect(history.find(1, 1)).toBeUndefined();
    history.note(1, 10, 100);
    history.note(1, 20, 200); // too near to be worth a mark
    history.note(1, 5_000, 10_000);
    history.note(2, 7, 20_000);
    expect(history.find(1, 9)).toBeUndefined();
    expect(history.find(1, 10)).toBe(100);
    expect(history.find(1, 4_999)).toBe(100);
    expect(history.find(1, 6_000)).toBe(10_000);
    expect(history.find(2, 7)).toBe(20_000);
  });

  it('is remembered for bounded memory: the oldest marks are forgotten', () => {
    const history = new AckHistory();
    for (let k = 1; k <= 1_024; k++) history.note(1, k, k * 4_096);
    expect(history.find(1, 512)).toBeUndefined();
    expect(history.find(1, 513)).toBe(513 * 4_096);
  });
});
