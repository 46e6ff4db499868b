import fc from 'fast-check';
import { DualSimplex } from './dual-simplex.js';

const seed = Number(process.env['NOVATE_SEED'] ?? 31);
const numRuns = Number(process.env['NOVATE_SEEDS'] ?? 200);

interface Program {
  readonly costs: number[];
  readonly rows: number[][];
  readonly least: number[];
}

/** Two variables in 0..1: every vertex is where two of the lines meet, so all can be tried. */
function bestVertex({ costs, rows, least }: Program): number | undefined {
  const lines = [
    ...rows.map((row, at) => [row[0]!, row[1]!, least[at]!]),
    ...[0, 1].flatMap((bound) => [
      [1, 0, bound],
      [0, 1, bound],
    ]),
  ];
  const isInside = (x: number, y: number): boolean =>
    [x, y].every((value) => value >= -1e-7 && value <= 1 + 1e-7) &&
    rows.every((row, at) => row[0]! * x + row[1]! * y >= least[at]! - 1e-7);
  let best: number | undefined;
  for (const [a, b, c] of lines as [number, number, number][]) {
    for (const [d, e, f] of lines as [number, number, number][]) {
      const determinant = a * e - b * d;
      if (Math.abs(determinant) < 1e-9) continue;
      const x = (c * e - b * f) / determinant;
      const y = (a * f - c * d) / determinant;
      if (!isInside(x, y)) continue;
      const cost = costs[0]! * x + costs[1]! * y;
      if (best === undefined || cost < best) best = cost;
    }
  }
  return best;
}

const whole = fc.integer({ min: -8, max: 8 });
const programs: fc.Arbitrary<Program> = fc
  .array(fc.tuple(whole, whole, fc.integer({ min: -6, max: 8 })), { minLength: 1, maxLength: 6 })
  .chain((rows) =>
    fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })).map((costs) => ({
      costs,
      rows: rows.map(([a, b]) => [a, b]),
      least: rows.map(([, , c]) => c),
    })),
  );

function solverOf({ costs, rows, least }: Program): DualSimplex {
  const solver = new DualSimplex(2, 10, Float64Array.from(costs), new Float64Array(2).fill(1));
  rows.forEach((row, at) => solver.addRow(Float64Array.from(row), least[at]!));
  return solver;
}

describe('the dual simplex method', () => {
  it('finds the cheapest vertex, or that there is none', () => {
    fc.assert(
      fc.property(programs, (program) => {
        const solver = solverOf(program);
        const expected = bestVertex(program);
        expect(solver.solve(100)).toBe(expected !== undefined);
        if (expected !== undefined) expect(solver.cost).toBeCloseTo(expected, 6);
      }),
      { seed, numRuns },
    );
  });

  it('goes on from where it was when rows come and bounds move, and back', () => {
    fc.assert(
      fc.property(programs, fc.nat({ max: 1 }), (program, at) => {
        const { rows, least } = program;
        const solver = solverOf({ ...program, rows: [], least: [] });
        solver.solve(100);
        rows.forEach((row, place) => {
          solver.addRow(Float64Array.from(row), least[place]!);
          solver.solve(100);
        });
        solver.setBounds(at, 0.25, 0.25);
        solver.solve(100);
        solver.setBounds(at, 0, 1);
        const expected = bestVertex(program);
        expect(solver.solve(100)).toBe(expected !== undefined);
        if (expected !== undefined) expect(solver.cost).toBeCloseTo(expected, 6);
      }),
      { seed, numRuns },
    );
  });

  it('takes nothing where nothing is asked', () => {
    const solver = solverOf({ costs: [1, 2], rows: [[1, 1]], least: [-1] });
    expect(solver.solve(10)).toBe(true);
    expect([...solver.values]).toEqual([0, 0]);
    expect(solver.steps).toBe(0);
  });
});
