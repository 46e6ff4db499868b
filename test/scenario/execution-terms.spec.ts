import { type ExecutionTerms, executionRulebook } from '../support/execution-terms.js';
import { account, CLEARED, DAY, PERP, SECOND, smallHouse } from '../support/small-house.js';

const { maker } = account;

describe('execution terms that are refused [505]', () => {
  const rows: { name: string; terms: Partial<ExecutionTerms> }[] = [
    { name: 'a share above 1', terms: { depthSharePpm: 1_000_001 } },
    { name: 'a delay below 0', terms: { trancheDelayUs: -1 } },
    { name: 'a window without a share', terms: { windowUs: SECOND } },
    { name: 'a share without a window', terms: { windowSharePpm: 1 } },
    { name: 'a breaker that never opens', terms: { haltMovePpm: 1, haltWindowUs: SECOND } },
    { name: 'a breaker without a move', terms: { haltWindowUs: SECOND, haltUs: SECOND } },
    { name: 'attempts before no deleveraging', terms: { deleverageAttempts: 1 } },
    { name: 'more than yes', terms: { deleverages: 2 } },
    { name: 'a cost without a backstop', terms: { backstopCostPpm: 1 } },
    { name: 'an unknown backstop', terms: { backstop: 99, backstopAttempts: 1 } },
    {
      name: 'a backstop of another pool',
      terms: { backstop: account.house1, backstopAttempts: 1 },
    },
    { name: 'a cost above a tenth', terms: { backstop: maker, backstopCostPpm: 100_001 } },
    { name: 'a limit below 0', terms: { backstop: maker, backstopLimitMinor: -1 } },
    { name: 'a floor without time', terms: { hedgeGraceFloorPpm: 1 } },
  ];

  it.each(rows)('$name', ({ terms }) => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    expect(driver.refuse(executionRulebook(terms))).toBe(505);
    expect(driver.businessRoot()).toBe(before);
  });

  it('a cleared pool that deleverages', () => {
    const driver = smallHouse();
    const cleared = { ...executionRulebook({ deleverages: 1 }), pool: CLEARED };
    expect(driver.refuse(cleared)).toBe(505);
  });
});

describe('a depth that is refused', () => {
  const depth = {
    type: 'MarketDepthObserved',
    instrument: PERP,
    bidLots: 1,
    askLots: 1,
    indexTicks: 0,
    observedAt: DAY,
  } as const;

  it.each([
    { reason: 103, terms: { instrument: 9 } },
    { reason: 109, terms: { indexTicks: 100_000_001 } },
    { reason: 120, terms: { observedAt: DAY - 1 } },
    { reason: 640, terms: { bidLots: -1 } },
    { reason: 640, terms: { askLots: 2 ** 52 + 1 } },
  ])('$reason', ({ reason, terms }) => {
    const driver = smallHouse();
    driver.accept(depth);
    expect(driver.refuse({ ...depth, ...terms })).toBe(reason);
  });
});
