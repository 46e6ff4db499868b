import { SAGA } from '#libs/clearing';
import { breakdownOf } from '#libs/replay';
import { namesOf } from '../support/house-driver.js';
import {
  account,
  deposit,
  priced,
  rulebook,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';

const { alice, bob, maker } = account;
const none = {
  marginClass: 1,
  referenceLots: 100,
  sizePremiumPpm: 0,
  sizePremiumBasePpm: 0,
  closeOutSlippagePpm: 0,
  openInterestFromMinor: 0,
  openInterestToMinor: 0,
};
/** 2 % at 100 lots beside 80 % of the tier: Drift's rule. */
const premium = { ...none, sizePremiumPpm: 20_000, sizePremiumBasePpm: 800_000 };
/** 2 % at 100 lots, whatever the tier: FTX's rule. */
const alone = { ...none, sizePremiumPpm: 20_000 };
/** 1 % at 100 lots, twice as much at 200: Vega's quadratic slippage. */
const slippage = { ...none, closeOutSlippagePpm: 10_000 };
/** From 8,000 to 24,000 USD of open interest: dYdX's rule. */
const crowdBounds = {
  openInterestFromMinor: usd(8_000),
  openInterestToMinor: usd(24_000),
};
const crowd = { ...none, ...crowdBounds };

/** The small house with charges for size; everybody has money. A lot is worth 40 USD. */
function chargedHouse(charges: typeof none, terms: object = {}) {
  const driver = smallHouse();
  driver.accept({ ...rulebook, rulebookVersion: 2, concentrations: [charges], ...terms });
  driver.drain();
  for (const unit of [alice, bob, maker]) driver.accept(deposit(unit, 1_000_000));
  return driver;
}

describe('what size is charged beside tiers of 5 % and 10 %', () => {
  it.each([
    // Premium 2 % x sqrt(lots / 100): 1 %, 2 %, 4 %; beside 4 % and 8 %.
    { name: 'premium, small', charges: premium, lots: 25, maintenance: 50, initial: 100 },
    { name: 'premium, at its size', charges: premium, lots: 100, maintenance: 240, initial: 400 },
    { name: 'premium, large', charges: premium, lots: 400, maintenance: 1_280, initial: 1_920 },
    { name: 'premium alone', charges: alone, lots: 900, maintenance: 2_160, initial: 3_600 },
    // Slippage 1 % x lots / 100: 0.25 %, 4 %.
    { name: 'slippage, small', charges: slippage, lots: 25, maintenance: 52.5, initial: 102.5 },
    { name: 'slippage, large', charges: slippage, lots: 400, maintenance: 1_440, initial: 2_240 },
    // Open interest 8,000; 16,000, half way: 10 % + 45 %; 24,000: the whole.
    { name: 'open interest below', charges: crowd, lots: 200, maintenance: 400, initial: 800 },
    { name: 'half way', charges: crowd, lots: 400, maintenance: 800, initial: 8_800 },
    { name: 'open interest above', charges: crowd, lots: 600, maintenance: 1_200, initial: 24_000 },
    // All three: initial (10 + 45) % x 0.8 + 4 % = 48, so 55 %; + 4 % slippage.
    {
      name: 'all',
      charges: { ...premium, ...crowdBounds, closeOutSlippagePpm: 10_000 },
      lots: 400,
      maintenance: 1_920,
      initial: 9_440,
    },
  ])('$name: $lots lots need $maintenance and $initial', (row) => {
    const driver = chargedHouse(row.charges);
    driver.accept(trade(alice, bob, row.lots, 400_000));
    for (const unit of [alice, bob]) {
      expect(driver.figures(unit)).toMatchObject({
        maintenance: usd(row.maintenance),
        initial: usd(row.initial),
      });
    }
  });

  it('never asks for more than the notional', () => {
    const driver = chargedHouse({ ...slippage, sizePremiumPpm: 900_000 });
    driver.accept(trade(alice, bob, 1_000, 400_000));
    expect(driver.figures(alice)).toMatchObject({
      maintenance: usd(40_000),
      initial: usd(40_000),
    });
  });
});

describe('the explanation of a margin', () => {
  it('says what size was charged, beside the tiers', () => {
    const driver = chargedHouse({ ...premium, ...crowdBounds, closeOutSlippagePpm: 10_000 });
    driver.accept(trade(alice, bob, 400, 400_000));
    const { evaluation } = driver.house.judgement;
    evaluation.evaluate(alice);
    const share = breakdownOf(driver.state, evaluation, alice)?.positions[0];
    expect(share).toMatchObject({
      tiers: [{ sizeLots: 400, maintenancePpm: 50_000, initialPpm: 100_000 }],
      charges:
        'initial rates raised by an open interest of 160000000 (80000000..240000000); ' +
        'a premium of 40000 ppm beside 800000 ppm of the tiers; slippage of 40000 ppm',
      maintenanceMinor: usd(1_920),
      initialMinor: usd(9_440),
    });
  });

  it('says nothing of it where the tiers are all', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    driver.accept(trade(alice, bob, 10, 400_000));
    const { evaluation } = driver.house.judgement;
    evaluation.evaluate(alice);
    const share = breakdownOf(driver.state, evaluation, alice)?.positions[0];
    expect(share).not.toHaveProperty('charges');
  });
});

describe('open interest and a call', () => {
  it('a crowded market keeps an account called until it thins out', () => {
    const policies = [{ accountKind: 0, onBreach: 1 }];
    const driver = smallHouse();
    driver.accept({ ...rulebook, rulebookVersion: 2, concentrations: [crowd], policies });
    driver.drain();
    driver.accept(deposit(alice, 202));
    for (const unit of [bob, maker]) driver.accept(deposit(unit, 1_000_000));
    driver.accept(trade(alice, bob, 100, 400_000)); // fee 2: equity 200, maintenance 200
    driver.accept(trade(maker, bob, 300, 400_000));
    driver.accept(priced(driver, 399_000)); // 190 of 199.5
    expect(driver.saga(alice)).toBe(SAGA.called);
    // Equity 490. Open interest 15,960: a little less than 55 % of 3,990 is asked.
    driver.accept(deposit(alice, 300));
    expect(driver.figures(alice)).toEqual({
      equity: usd(490),
      maintenance: usd(199.5),
      initial: usd(2_185.5225),
    });
    expect(driver.saga(alice)).toBe(SAGA.called);
    // The others close: open interest 3,990, so 10 % of 3,990 is asked, found at the next price.
    driver.accept(trade(bob, maker, 300, 399_000));
    expect(driver.figures(alice).initial).toBe(usd(399));
    expect(namesOf(driver.accept(priced(driver, 399_000)))).toEqual([
      'PriceObserved',
      'MarginCallMet',
    ]);
    expect(driver.saga(alice)).toBe(SAGA.healthy);
  });
});

describe('charges for size that are refused', () => {
  it.each([
    { name: 'a class twice', concentrations: [none, none] },
    { name: 'a class without tiers', concentrations: [{ ...none, marginClass: 2 }] },
    { name: 'no size to state rates at', concentrations: [{ ...none, referenceLots: 0 }] },
    { name: 'a premium above 1', concentrations: [{ ...none, sizePremiumPpm: 1_000_001 }] },
    { name: 'a base above 1', concentrations: [{ ...none, sizePremiumBasePpm: 1_000_001 }] },
    { name: 'slippage above 1', concentrations: [{ ...none, closeOutSlippagePpm: 1_000_001 }] },
    { name: 'a bound without its end', concentrations: [{ ...none, openInterestFromMinor: 1 }] },
    {
      name: 'bounds that do not ascend',
      concentrations: [{ ...none, openInterestFromMinor: 7, openInterestToMinor: 7 }],
    },
  ])('505: $name', ({ concentrations }) => {
    const driver = smallHouse();
    expect(driver.refuse({ ...rulebook, rulebookVersion: 2, concentrations })).toBe(505);
  });
});
