import { PLAN, REJECTED } from '#libs/default-management';
import { explain, type Explanation } from '#libs/replay';
import { PlanDay } from '../golden/log/plan-day.js';
import { RecordingDriver } from './recorded-log.js';

/** Every plan of a day, explained from its log alone. */
async function explainedPlans(): Promise<Explanation[]> {
  const recording = new RecordingDriver();
  new PlanDay(recording.driver).run();
  const planned = recording.driver.events.filter(({ message }) => {
    return message.type === 'LiquidationPlanned';
  });
  const log = await recording.log();
  const explained = [];
  for (const { sequence } of planned) {
    explained.push(await explain(log, undefined, sequence));
  }
  return explained.filter((own) => own !== undefined);
}

describe('the explanation of a plan', () => {
  let plans: Explanation[] = [];

  beforeAll(async () => {
    plans = await explainedPlans();
  });

  it('makes every recorded plan again, and says what else was considered', () => {
    expect(plans.length).toBeGreaterThan(2);
    for (const { event, margin } of plans) {
      if (event.message.type !== 'LiquidationPlanned') throw new Error('a plan is explained');
      const { tranches, rejected } = event.message;
      expect(
        margin?.plan.map(({ instrument, quantityLots, costMinor }) => ({
          instrument,
          quantityLots,
          costMinor,
        })),
      ).toEqual(
        tranches.map(({ instrument, quantityLots, costMinor }) => ({
          instrument,
          quantityLots,
          costMinor,
        })),
      );
      expect(margin?.rejected).toEqual(rejected);
    }
    const reasons = plans.flatMap(({ margin }) => margin?.rejected.map(({ reason }) => reason));
    expect(reasons).toContain(REJECTED.hedge);
  });

  it('names the least deposit, and the cheapest single order where one restores', () => {
    for (const { event, margin } of plans) {
      const [deposit] = margin?.cures ?? [];
      expect(deposit).toMatchObject({ kind: 'deposit', amountMinor: margin?.missingMinor });
      const single = margin?.cures.find(({ kind }) => kind === 'order');
      if (event.message.type !== 'LiquidationPlanned' || single?.kind !== 'order') continue;
      // What restores by one order costs no less than the plan, up to what the planner overlooks.
      expect(single.costMinor).toBeGreaterThanOrEqual(event.message.leastCostMinor);
    }
    const { length } = plans.filter(({ margin }) =>
      margin?.cures.some(({ kind }) => kind === 'order'),
    );
    expect(length).toBeGreaterThan(0);
  });

  it('goes back to the breach, and on to the orders', () => {
    for (const { event, chain, aftermath } of plans) {
      expect(chain.map(({ event: earlier }) => earlier.message.type)).toContain('MarginBreached');
      const types = aftermath.events.map(({ message }) => message.type);
      expect(types).toContain('LiquidationOrderIssued');
      if (event.message.type !== 'LiquidationPlanned') continue;
      expect(Object.values(PLAN)).toContain(event.message.outcome);
    }
  });
});
