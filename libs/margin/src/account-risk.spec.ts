import { compareRiskiness, isCollateralised, isLiquidatable, isReducing } from './index.js';

const risk = (netMinor: number, requirementMinor: number) => ({ netMinor, requirementMinor });

describe('which of two accounts is riskier', () => {
  it.each([
    ['the one with less for what it needs', risk(20, 50), risk(21, 50), 1],
    ['not the one with more', risk(21, 50), risk(20, 50), -1],
    ['of equals the one that needs more', risk(40, 100), risk(20, 50), 1],
    ['not the one that needs less', risk(20, 50), risk(40, 100), -1],
    ['neither of two that are the same', risk(20, 50), risk(20, 50), 0],
    ['without positions the poorer', risk(3, 0), risk(5, 0), 1],
    ['not the richer', risk(5, 0), risk(3, 0), -1],
    ['neither of two as poor', risk(-3, 0), risk(-3, 0), 0],
    ['the flat one with a debt beside one that has something', risk(-1, 0), risk(5, 10), 1],
    ['not the flat one without', risk(1, 0), risk(5, 10), -1],
  ])('is %s', (_name, a, b, expected) => {
    expect(compareRiskiness(a, b)).toBe(expected);
    expect(compareRiskiness(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  it('is told where products leave the safe integers', () => {
    const large = 9_007_199_254_740_991;
    expect(compareRiskiness(risk(large - 1, large), risk(large - 2, large - 1))).toBe(-1);
  });
});

describe('a change of an account that has too little', () => {
  it.each([
    ['that needs less and is as risky', risk(20, 50), risk(10, 25), true],
    ['that needs as much and has more', risk(20, 50), risk(21, 50), true],
    ['that needs more, though it has more', risk(20, 50), risk(90, 51), false],
    ['that needs less but is riskier', risk(20, 50), risk(9, 25), false],
    ['that leaves a debt', risk(20, 50), risk(-1, 0), false],
  ])('%s', (_name, before, after, isAllowed) => {
    expect(isReducing(before, after)).toBe(isAllowed);
  });
});

describe('an account', () => {
  it('may be liquidated when it needs something and has less', () => {
    expect(isLiquidatable(risk(49, 50))).toBe(true);
    expect(isLiquidatable(risk(50, 50))).toBe(false);
    expect(isLiquidatable(risk(-5, 0))).toBe(false);
    expect([isCollateralised(risk(50, 50)), isCollateralised(risk(49, 50))]).toEqual([true, false]);
  });
});
