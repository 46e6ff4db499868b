import { fixtureMarket, fixtureParameters } from '../../test/scenario-fixture.js';
import { BILLION } from './parameters.js';
import { RiskArrays } from './risk-arrays.js';
import { NOW } from './risk-row.js';

const arrays = RiskArrays.filled(fixtureParameters, fixtureMarket);
const { columns, lower, upper } = arrays;

/** The normal distribution by Abramowitz and Stegun 26.2.17, good to 1e-7: a check by other means. */
function normal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return x >= 0 ? 1 - tail : tail;
}

describe('risk arrays', () => {
  it('are the same bits whether filled at once or in slices, in any order', () => {
    const sliced = new RiskArrays(fixtureParameters, fixtureMarket);
    const rows = fixtureMarket.instruments.length;
    for (let from = rows - (rows % 7); from >= 0; from -= 7) {
      sliced.refresh(from, Math.min(rows, from + 7));
    }
    sliced.refresh(3, 9);
    expect(sliced.lower).toEqual(lower);
    expect(sliced.upper).toEqual(upper);
    expect(sliced.deltaValue).toEqual(arrays.deltaValue);
  });

  it('hold the textbook value of an option between bounds that are two risk units apart', () => {
    let seen = 0;
    fixtureMarket.instruments.forEach((instrument, row) => {
      if (instrument.kind !== 'option') return;
      const expiry = fixtureMarket.expiries[instrument.expiry]!;
      const years = expiry.secondsToExpiry / 31_536_000;
      const deviation = (instrument.volatilityPpt / 1e12) * Math.sqrt(years);
      const { forwardTicks: f } = expiry;
      const { strikeTicks: k } = instrument;
      const d1 = Math.log(f / k) / deviation + deviation / 2;
      const call = f * normal(d1) - k * normal(d1 - deviation);
      const ticks = instrument.isCall ? call : call - f + k;
      const value =
        ticks * Math.exp((-expiry.ratePpb / BILLION) * years) * instrument.riskUnitsPerTick;
      const at = row * columns + NOW;
      const wrong = 4e-7 * (f + k) * instrument.riskUnitsPerTick;
      expect(lower[at]!).toBeLessThanOrEqual(value + wrong);
      expect(upper[at]!).toBeGreaterThanOrEqual(value - wrong);
      expect(upper[at]! - lower[at]!).toBeLessThanOrEqual(2);
      seen += 1;
    });
    expect(seen).toBe(60);
  });

  it('hold the gain of a linear contract exactly', () => {
    const perpetual = fixtureMarket.instruments[0]!;
    expect(perpetual).toMatchObject({ kind: 'linear', priceTicks: 6_000_000 });
    fixtureParameters.scenarios.forEach(({ priceShockPpb, linearShockPpb }, s) => {
      const shock = (linearShockPpb ?? priceShockPpb) / BILLION;
      const gain = Math.round(6_000_000 * perpetual.riskUnitsPerTick * shock);
      expect([lower[1 + s], upper[1 + s]]).toEqual([gain, gain]);
    });
  });

  it('never order the bounds the wrong way round, nor value an option below nothing', () => {
    for (let at = 0; at < lower.length; at++)
      expect(upper[at]! - lower[at]!).toBeGreaterThanOrEqual(0);
    fixtureMarket.instruments.forEach(({ kind }, row) => {
      if (kind !== 'option') return;
      const values = lower.subarray(row * columns, (row + 1) * columns);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    });
  });
});
