import type { MessageNamed } from '#libs/events';
import { OrderAudit } from './order-audit.js';
import { Violations } from './violations.js';

type Breach = MessageNamed<'MarginBreached'>;

function breach(account: number, ordinal: number, deficitMinor: number, requirement = 100): Breach {
  const equityMinor = requirement - deficitMinor;
  const figures = { equityMinor, maintenanceMinor: requirement, initialMinor: 2 * requirement };
  return { type: 'MarginBreached', account, ordinal, ...figures, deficitMinor };
}

function order(id: number, account = 1): MessageNamed<'LiquidationOrderIssued'> {
  return {
    ...{ type: 'LiquidationOrderIssued', order: id, account, instrument: 1, side: 1 },
    ...{ quantityLots: 1, limitPriceTicks: 1, deadline: 1 },
    ...{ equityMinor: 0, maintenanceMinor: 1, initialMinor: 1 },
    ...{ equityAfterMinor: 0, maintenanceAfterMinor: 0 },
  };
}

/** Violations after these breaches of one cause, sequences from 8. */
function after(...breaches: Breach[]): { audit: OrderAudit; found: string[] } {
  const violations = new Violations();
  const audit = new OrderAudit(violations);
  for (const [k, one] of breaches.entries()) audit.record(one, 8 + k, 7);
  return { audit, found: violations.found };
}

describe('the audit of commands', () => {
  it.each([
    { name: 'severity first', first: breach(2, 0, 50), second: breach(1, 1, 60, 200), wrong: 0 },
    { name: 'then deficit', first: breach(2, 0, 100, 200), second: breach(1, 1, 50), wrong: 0 },
    { name: 'then account', first: breach(1, 0, 50), second: breach(2, 1, 50), wrong: 0 },
    { name: 'wrong severity', first: breach(1, 0, 60, 200), second: breach(2, 1, 50), wrong: 1 },
    { name: 'wrong deficit', first: breach(1, 0, 50), second: breach(2, 1, 100, 200), wrong: 1 },
    { name: 'wrong account', first: breach(2, 0, 50), second: breach(1, 1, 50), wrong: 1 },
    { name: 'a missing ordinal', first: breach(1, 0, 50), second: breach(2, 2, 50), wrong: 1 },
  ])('$name: $wrong violations', ({ first, second, wrong }) => {
    expect(after(first, second).found).toHaveLength(wrong);
  });

  it('refuses an id that repeats, a second order in flight and an unknown breach', () => {
    const { audit, found } = after(breach(1, 0, 50));
    audit.record(order(8 * 4096), 9, 8);
    expect(found).toEqual([]);
    audit.record(order(8 * 4096 + 1), 10, 8);
    expect(found).toEqual(['two orders for one position are in flight (sequence 10)']);
    audit.record(order(8 * 4096, 2), 11, 8);
    expect(found.at(-1)).toBe('an order was issued twice (sequence 11)');
    audit.record(order(9 * 4096, 3), 12, 8);
    expect(found.at(-1)).toBe('an order names a breach that the log does not hold (sequence 12)');
  });
});
