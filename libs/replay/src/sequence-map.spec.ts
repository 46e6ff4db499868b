import { SequenceMap } from './sequence-map.js';

const answered = {
  type: 'LiquidationOrderAnswered',
  publisherSequence: 0,
  publisher: 1,
  order: 10 * 4096 + 3,
  answer: 3,
  filledLots: 5,
} as const;

describe('SequenceMap', () => {
  it('changes nothing while both runs agree', () => {
    const map = new SequenceMap();
    map.note(10, 10);
    expect(map.isIdentity).toBe(true);
    expect(map.translated(answered)).toBe(answered);
  });

  it('renames the breach inside an order id and keeps the ordinal', () => {
    const map = new SequenceMap();
    map.note(10, 12);
    expect(map.translated(answered).order).toBe(12 * 4096 + 3);
    expect(map.forward(9)).toBe(9);
  });

  it('renames the call or the order of a timer, and nothing of the others', () => {
    const map = new SequenceMap();
    map.note(10, 12);
    const fired = { type: 'DeadlineReached', deadline: 5, subject: 1 } as const;
    const referenceOf = (timerKind: number, reference: number) =>
      map.translated({ ...fired, timerKind, reference }).reference;
    expect(referenceOf(0, 10)).toBe(12);
    expect(referenceOf(1, 10 * 4096 + 1)).toBe(12 * 4096 + 1);
    expect(referenceOf(5, 10)).toBe(10); // version 10 of a rulebook
  });

  it('renames a withdrawal', () => {
    const map = new SequenceMap();
    map.note(7, 8);
    const head = { publisherSequence: 0, publisher: 1 };
    const released = { type: 'WithdrawalReleased' as const, ...head, withdrawal: 7 };
    expect(map.translated(released).withdrawal).toBe(8);
  });

  it('renames the breach inside the id of a cancellation', () => {
    const map = new SequenceMap();
    map.note(10, 12);
    const asked = { account: 1, venue: 1, cancellation: 10 * 4096 + 2 };
    const unresolved = { type: 'OrderCancellationUnresolved' as const, ...asked };
    expect(map.translated(unresolved).cancellation).toBe(12 * 4096 + 2);
  });
});
