import { type DecisionDifference, Diagnosis } from '#libs/replay';
import { HouseState } from '#libs/clearing-house';
import {
  account,
  deposit,
  executed,
  orderOf,
  priced,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';
import { RecordingDriver } from './recorded-log.js';

const { alice, bob } = account;

/** Decides a whole recording again with a logic version. */
async function diagnosed(recording: RecordingDriver, logic: number) {
  const differences: DecisionDifference[] = [];
  const diagnosis = new Diagnosis(new HouseState(), logic, (one) => differences.push(one));
  for await (const frame of (await recording.log()).read(1)) diagnosis.check(frame);
  expect(diagnosis.differing).toBe(differences.length);
  return { differences, diagnosis };
}

/** alice buys 7 lots at 40,000.1 (2,800,007 units: a fee of 1,400.0035 units) and is liquidated. */
function recorded(logicVersion: number): RecordingDriver {
  const recording = new RecordingDriver();
  const { driver } = recording;
  smallHouse(logicVersion, driver);
  driver.accept({ ...deposit(alice, 0), amountMinor: 169_737 });
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(trade(alice, bob, 7, 400_001));
  return recording;
}

describe('deciding a recorded span again', () => {
  it('with the logic that was in force: no difference', async () => {
    const recording = recorded(2);
    const { differences, diagnosis } = await diagnosed(recording, 2);
    expect(differences).toEqual([]);
    expect(diagnosis.decided).toBeGreaterThan(15);
  });

  it('with the other rounding: the two fees of the trade, and nothing else', async () => {
    const { differences } = await diagnosed(recorded(2), 1);
    expect(differences).toHaveLength(1);
    // Taker 0.05 %: 1,400.0035; maker 0.02 %: 560.0014.
    expect(differences[0]?.changes).toEqual([
      { event: 'TradeNovated', field: 'buyerFeeMinor', recorded: '1401', redecided: '1400' },
      { event: 'TradeNovated', field: 'sellerFeeMinor', recorded: '561', redecided: '560' },
    ]);
  });

  it('follows references where the other run takes other numbers of events', async () => {
    const recording = recorded(1);
    const { driver } = recording;
    // At 39,995.0 equity is the warning level to the unit: 169,737 - fee 1,400 - loss 357 = 167,980
    // = 1.2 x 139,983 rounded up. Logic 2 takes 1,401 and warns: one event more from there on.
    driver.accept(priced(driver, 399_950));
    const request = { account: bob, currency: 1, amountMinor: usd(1) };
    driver.accept({ type: 'WithdrawalRequested', ...request });
    driver.accept({ type: 'WithdrawalReleased', withdrawal: driver.sequence });
    const order = orderOf(driver.accept(priced(driver, 375_000)));
    executed(driver, order, bob, 375_000);
    const { differences } = await diagnosed(recording, 2);
    const more = differences.flatMap(({ onlyRedecided }) => onlyRedecided);
    expect(more.map(({ type }) => type)).toEqual(['AccountWarned']);
    expect(differences.flatMap(({ onlyRecorded }) => onlyRecorded)).toEqual([]);
    const fields = new Set(differences.flatMap(({ changes }) => changes.map((c) => c.field)));
    // Figures move by the fee; no order, breach or withdrawal is told as a difference.
    expect(fields).toContain('equityMinor');
    for (const reference of ['order', 'breach', 'call', 'withdrawal']) {
      expect(fields).not.toContain(reference);
    }
  });
});
