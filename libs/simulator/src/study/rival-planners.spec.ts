import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlannedOrder, Planner } from '#libs/default-management';
import { levelMinor } from '#libs/margin';
import { readBookFigures } from './impact-fit.js';
import { closeAll, FifthThenRest, proRataSlice } from './rival-planners.js';
import { markInputs, studyGenesis } from './study-genesis.js';
import { StudyHouse } from './study-house.js';
import { BOOK_FILE, DEFAULT_NUMBERS, impactLaw, pathOf, settingOf } from './study-markets.js';
import { prepareCase } from './study-run.js';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../data/${name}`, import.meta.url)), 'utf8');
const numbers = { ...DEFAULT_NUMBERS, accounts: 36 };
const window = { from: '2021-05-19T12:30:00Z', to: '2021-05-19T12:40:00Z' };
const path = pathOf('2021-05-19', read, window);
const setting = settingOf(path, impactLaw(readBookFigures(read(BOOK_FILE)), numbers), numbers);
const given = prepareCase(setting, 7);

interface Planned {
  readonly orders: readonly PlannedOrder[];
  /** Sizes of the positions before, by instrument. */
  readonly held: ReadonlyMap<number, number>;
  readonly target: number;
}

/** Every plan that a fall of all prices by 15 % leads to. */
function plansOf(planner: Planner): Planned[] {
  const plans: Planned[] = [];
  const house = new StudyHouse((input) => {
    const { portfolio, rulebook } = input;
    const places = Array.from({ length: portfolio.count }, (_, k) => k);
    const held = new Map(
      places.map((k) => [portfolio.instruments[k]!, Math.abs(portfolio.lots[k]!)]),
    );
    const orders = planner(input);
    // A planner gives the portfolio back as it was.
    expect(places.map((k) => Math.abs(portfolio.lots[k]!))).toEqual([...held.values()]);
    const { maintenanceAfterMinor } = orders.at(-1)!;
    plans.push({
      orders,
      held,
      target: levelMinor(maintenanceAfterMinor, rulebook.source.targetPpm),
    });
    return orders;
  });
  house.advance(path.startUs);
  for (const input of studyGenesis(given.world, given.money, setting.terms)) house.submit(input);
  const fallen = path.assets.map(({ prices }) => prices[0]! * 0.85);
  for (const input of markInputs(given.world, fallen, path.startUs)) house.submit(input);
  house.decisions();
  expect(plans.length).toBeGreaterThan(5);
  return plans;
}

describe('the rival planners', () => {
  it('close everything', () => {
    for (const { orders, held } of plansOf(closeAll)) {
      expect(orders.every((own) => own.quantityLots === held.get(own.instrument))).toBe(true);
    }
  });

  it('sell one share of every position, enough for the target or all of it', () => {
    let partly = 0;
    for (const { orders, held, target } of plansOf(proRataSlice)) {
      const sizes = orders.map(({ instrument, quantityLots }) => [
        (quantityLots - 1) / held.get(instrument)!,
        quantityLots / held.get(instrument)!,
      ]);
      // Some share, rounded up to whole lots, gives all of the quantities.
      expect(Math.max(...sizes.map(([least]) => least!))).toBeLessThan(
        Math.min(...sizes.map(([, most]) => most!)) + 1e-12,
      );
      const isAll = sizes.every(([, most]) => most === 1);
      if (!isAll) partly += 1;
      expect(isAll || orders.at(-1)!.equityAfterMinor >= target).toBe(true);
    }
    expect(partly).toBeGreaterThan(0);
  });

  it('sell a fifth first, and the rest of an account that comes again', () => {
    const fifth = new FifthThenRest();
    const [first] = plansOf(fifth.plan);
    for (const { instrument, quantityLots } of first!.orders) {
      expect(quantityLots).toBe(Math.ceil(first!.held.get(instrument)! / 5));
    }
    expect(fifth.isWaiting(first!.orders[0]!.account)).toBe(true);
    const again = plansOf(fifth.plan);
    const same = again.find(({ orders }) => orders[0]!.account === first!.orders[0]!.account);
    expect(same!.orders.every((own) => own.quantityLots === same!.held.get(own.instrument))).toBe(
      true,
    );
  });
});
