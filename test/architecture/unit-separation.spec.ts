import { BalanceTable, HouseLedger, L, P, POOL } from '#libs/clearing';
import type { HouseState } from '#libs/clearing-house';
import { coverShortfall, type Layer, PAYER, type PlannedOrder } from '#libs/default-management';
import type { Measured } from '#libs/events';
import { levelMinor, positionRequirement, type Rulebook } from '#libs/margin';
import { I, InstrumentTable, notionalMinor, valueMinor } from '#libs/market';
import { amountMinor, type Lots, lots, ppm, priceTicks } from '#libs/units';

const instruments = new InstrumentTable();
const id = instruments.append();
instruments.set(id, I.multiplier, 10);
const price = priceTicks(700);
const quantity = lots(-3);
const money = amountMinor(50);

/*
 * Each expected error is a mistake that would cost money and that the compiler refuses; where it is
 * none, `npm run typecheck` fails. What stands in functions that nobody calls is compiled only.
 */
describe('the compiler keeps apart', () => {
  it('lots and ticks in a value', () => {
    expect(valueMinor(instruments, id, quantity, price)).toBe(-21_000);
    // @ts-expect-error lots and ticks swapped
    expect(valueMinor(instruments, id, price, quantity)).toBe(-21_000);
    // @ts-expect-error lots and ticks swapped
    expect(notionalMinor(instruments, id, price, quantity)).toBe(-21_000);
    // @ts-expect-error the value of lots is no number of lots
    const value: Lots = valueMinor(instruments, id, quantity, price);
    expect(value).toBe(-21_000);
  });

  it('the columns of a row', () => {
    instruments.set(id, I.markTicks, price);
    // @ts-expect-error a mark in lots
    instruments.set(id, I.markTicks, quantity);
    // @ts-expect-error a limit in ticks
    instruments.set(id, I.maxLots, price);
    // @ts-expect-error a mark without a unit
    instruments.set(id, I.markTicks, 700);
    // @ts-expect-error lots out of a column of prices
    const read: Lots = instruments.get(id, I.markTicks);
    expect(read).toBe(700);
  });

  it('ticks and money in the ledgers', () => {
    const house = new HouseLedger();
    house.append();
    const balances = new BalanceTable(house, () => 1);
    balances.credit(1, 1, money);
    // @ts-expect-error ticks are no money
    balances.credit(1, 1, price);
    // @ts-expect-error lots are no money
    house.add(1, L.fees, quantity);
    // @ts-expect-error lots x ticks lacks the multiplier: it is no money yet
    balances.debit(1, 1, quantity * price);
    // @ts-expect-error a ledger is named by a column of money
    house.add(1, P.lots, money);
    expect(balances.balance(1, 1)).toBe(50 + 700 + 2_100);
  });

  it('what the ladder is asked for', () => {
    const layers: Layer[] = [{ payer: PAYER.ownCapital, availableMinor: money }];
    expect(coverShortfall(money, layers)).toHaveLength(1);
    // @ts-expect-error a shortfall in lots
    expect(coverShortfall(lots(50), layers)).toHaveLength(1);
  });

  it('rates and money in a level', () => {
    expect(levelMinor(money, ppm(1_100_000))).toBe(55);
    // @ts-expect-error swapped; the product would even be right, so the rate is asserted as well
    expect(() => levelMinor(ppm(1_100_000), money)).toThrow('a level is maintenance or more');
  });
});

export function compiledOnly(state: HouseState, rulebook: Rulebook): void {
  // @ts-expect-error the requirement of a price
  positionRequirement(instruments, id, price, rulebook, 'maintenance');
  // @ts-expect-error lots in a position's cost
  state.positions.set(1, P.costMinor, state.positions.get(1, P.lots));
  // @ts-expect-error ticks in a fund
  state.pools.set(1, POOL.ownCapitalMinor, price);
}

export function swappedDraft(order: PlannedOrder): PlannedOrder {
  const { quantityLots, limitPriceTicks } = order;
  // @ts-expect-error an order for as many lots as its price has ticks
  return { ...order, quantityLots: limitPriceTicks, limitPriceTicks: quantityLots };
}

export function swappedDecision(m: Measured<'MemberPaid'>): Measured {
  // @ts-expect-error a decision that pays lots
  return { ...m, amountMinor: quantity };
}
