import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countsOf, judgeFile } from './judgement.js';
import { mappers } from './mappers.js';

/** Published examples beside the checkout; NOVATE_VECTORS names another directory. */
const published = process.env['NOVATE_VECTORS'] ?? '../shared/vectors';
/** The sample that is in the repository. */
const sample = 'test/conformance/vectors';
const pinned = JSON.parse(readFileSync('test/conformance/pass-counts.json', 'utf8')) as Readonly<
  Record<string, number>
>;

const judge = (directory: string, file: string) =>
  judgeFile(file, readFileSync(join(directory, file), 'utf8'));

describe('the sample in the repository', () => {
  it.each(readdirSync(sample))('%s passes whole', (file) => {
    const results = judge(sample, file);
    expect(results.length).toBeGreaterThan(0);
    const failures = results.filter(({ status }) => status !== 'pass');
    expect(failures.map(({ id, reason }) => `${id}: ${reason ?? ''}`)).toEqual([]);
  });

  it('fails where a figure is another', () => {
    const text = readFileSync(join(sample, 'black.json'), 'utf8');
    const changed = text.replace('20.816241352493662', '20.816241362493662');
    expect(changed).not.toBe(text);
    expect(countsOf(judgeFile('black.json', changed)).fail).toBe(1);
  });
});

const present = existsSync(published);
if (!present) {
  process.stdout.write(
    `published vectors: skipped, ${published} is absent; set NOVATE_VECTORS to their directory\n`,
  );
}

(present ? describe : describe.skip)('published vectors', () => {
  it('have a pinned count for every mapper', () => {
    expect(Object.keys(pinned).sort()).toEqual(Object.keys(mappers).sort());
  });

  // A count is raised when more pass, never lowered.
  it.each(Object.entries(pinned))('%s: at least %d pass', (file, count) => {
    const results = judge(published, file);
    const counts = countsOf(results);
    process.stdout.write(
      `${file}: ${counts.pass} pass, ${counts.fail} fail, ${counts.unsupported} unsupported\n`,
    );
    expect(counts.pass).toBeGreaterThanOrEqual(count);
  });

  it('give the same figures when what they should be is taken out', () => {
    for (const file of Object.keys(mappers)) {
      const text = readFileSync(join(published, file), 'utf8');
      const bare = JSON.stringify(withoutExpected(JSON.parse(text)));
      const results = judgeFile(file, text);
      for (const [at, one] of judgeFile(file, bare).entries()) {
        const known = results[at];
        if (known === undefined || known.status !== 'pass') continue;
        expect(one).toMatchObject({ id: known.id, status: 'computed', actual: known.actual });
      }
    }
  });
});

function withoutExpected(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withoutExpected);
  if (typeof json !== 'object' || json === null) return json;
  const entries = Object.entries(json).filter(([key]) => key !== 'expected');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutExpected(value)]));
}
