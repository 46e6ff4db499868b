import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { marginReport, marginReportWithMoves } from './margin-report.js';
import { marginText } from './margin-text.js';
import { reportSchema } from './report-schema.js';

const example = (name: string) => {
  const file = `examples/margin/${name}.json`;
  return { file, content: readFileSync(file, 'utf8') };
};

/** Price x (1 + move), to the nearest hundredth, in whole numbers. */
function moved(price: string, move: string): number {
  const ticks = Math.round(Number(price) * 100);
  const millionths = 1_000_000 + Math.round(Number(move) * 1_000_000);
  return Math.round((ticks * millionths) / 1_000_000) / 100;
}

/** The example with every price of its market multiplied, as somebody would type it. */
function repriced(portfolio: { file: string; content: string }, move: string, cash: number) {
  const content = portfolio.content.replace(
    /"(spot|forward|price)": "([0-9.]+)"/g,
    (_, name: string, price: string) => `"${name}": "${moved(price, move).toFixed(2)}"`,
  );
  return {
    ...portfolio,
    content: content.replace(/"cash": "[^"]*"/, `"cash": "${cash.toFixed(4)}"`),
  };
}

describe('the moves of a form’s portfolio', () => {
  const rulebook = example('rulebook');
  const portfolio = example('portfolio');

  it('are what the calculation gives for the moved prices', async () => {
    const report = await marginReportWithMoves(rulebook, portfolio);
    const { moves } = report;
    expect(new Ajv2020({ strict: true }).compile(reportSchema)(report)).toBe(true);
    expect(marginText(report)).toContain('Breach when all prices move together');
    const middle = moves!.curve.find(({ move }) => Number(move) === 0);
    expect(middle).toMatchObject({
      equity: report.equity,
      maintenance: report.maintenance.requirement,
      initial: report.initial.requirement,
    });
    for (const point of moves!.curve) {
      // 300 lots of 0.001 BTC of the perpetual gain; the form holds that as cash.
      const own = JSON.parse(portfolio.content) as { cash: string };
      const gain = 300 * 0.001 * (moved('95650.15', point.move) - 95_650.15);
      const again = marginReport(
        rulebook,
        repriced(portfolio, point.move, Number(own.cash) + gain),
      );
      expect(point.maintenance).toBe(again.maintenance.requirement);
      expect(Number(point.equity)).toBeCloseTo(Number(again.equity), 3);
    }
  });

  it('name the first breach, one step before which there is none', async () => {
    const { moves } = await marginReportWithMoves(rulebook, portfolio);
    const found = [moves!.down, moves!.up].filter((breach) => breach !== null);
    expect(found.length).toBeGreaterThan(0);
    for (const breach of found) {
      expect(Number(breach.equity)).toBeLessThan(Number(breach.maintenance));
      expect(Number(breach.before.equity)).toBeGreaterThanOrEqual(
        Number(breach.before.maintenance),
      );
      expect(Math.abs(Number(breach.move) - Number(breach.before.move))).toBeCloseTo(0.0001, 9);
    }
  });

  it('of contracts with published arrays are refused: they are of the present prices', async () => {
    await expect(
      marginReportWithMoves(example('span-rulebook'), example('span-portfolio')),
    ).rejects.toThrow('examples/margin/span-portfolio.json: positions[3] is of a contract');
  });
});
