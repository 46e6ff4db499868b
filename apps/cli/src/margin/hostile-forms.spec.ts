import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { CommandFailure } from '../failure.js';
import { marginReport } from './margin-report.js';

/*
 * Whatever stands in the two forms is computed or refused in one sentence: never an internal error.
 * NOVATE_SEED replays one seed, NOVATE_SEEDS=20000 is the long run.
 */
const seed = Number(process.env['NOVATE_SEED'] ?? 3);
const numRuns = Number(process.env['NOVATE_SEEDS'] ?? 250);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const pairs = ['', 'span-'].map((name) =>
  ['rulebook', 'portfolio'].map(
    (which) => JSON.parse(readFileSync(`examples/margin/${name}${which}.json`, 'utf8')) as Json,
  ),
);

const hostile: readonly Json[] = [
  ...['0', '-1', '1', '0.000000001', '-0.999', '10', '1e9', '', 'x', '9007199254740992'],
  ...['999999999', '0.5', '-0.5', '100000', '0.000001', '12', '3'],
  ...[0, 1, -1, 4, 20, 1.5, 1e9, 2 ** 53, null, true, false, [], {}],
];

/** One place in a document gets another value, or goes. */
function mutated(document: Json, at: number, value: Json | undefined): Json {
  let left = at;
  const visit = (json: Json): Json => {
    if (json === null || typeof json !== 'object') return json;
    if (Array.isArray(json)) {
      return json.flatMap((one) => {
        left -= 1;
        if (left === -1) return value === undefined ? [] : [value];
        return [visit(one)];
      });
    }
    return Object.fromEntries(
      Object.entries(json).flatMap(([key, one]): [string, Json][] => {
        left -= 1;
        if (left === -1) return value === undefined ? [] : [[key, value]];
        return [[key, visit(one)]];
      }),
    );
  };
  return visit(document);
}

it('refuses or computes, whatever is put into the forms', () => {
  let computed = 0;
  let refused = 0;
  const change = fc.tuple(
    fc.nat({ max: 1 }),
    fc.nat({ max: 260 }),
    fc.oneof(fc.constantFrom(...hostile), fc.constant(undefined)),
  );
  fc.assert(
    fc.property(
      fc.nat({ max: 1 }),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (which, changes) => {
        const forms = pairs[which]!.map((form) => form);
        for (const [form, at, value] of changes) forms[form] = mutated(forms[form]!, at, value);
        const [rulebook, portfolio] = forms.map((form, k) => ({
          file: ['R.json', 'P.json'][k]!,
          content: JSON.stringify(form),
        }));
        try {
          marginReport(rulebook!, portfolio!);
          computed += 1;
        } catch (error) {
          if (!(error instanceof CommandFailure)) throw error;
          expect(error.message).toMatch(/^[RP]\.json: [^\n]+$/);
          refused += 1;
        }
      },
    ),
    { seed, numRuns },
  );
  expect(computed).toBeGreaterThan(numRuns / 20);
  expect(refused).toBeGreaterThan(numRuns / 20);
});
