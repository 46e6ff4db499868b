/** The process of one benchmark: `main.js NAME PARAMS-AS-JSON`, forked by bin/bench.mjs. */
import { benchmarks } from './benchmarks.js';
import type { BenchParams } from './report.js';

const [name = '', params = '{}'] = process.argv.slice(2);
if (name === '--list') {
  process.send?.({ names: Object.keys(benchmarks) });
  process.disconnect();
} else {
  const load = benchmarks[name];
  if (load === undefined) throw new Error(`no benchmark is called ${name}`);
  const given = JSON.parse(params) as BenchParams;
  try {
    const report = await (await load()).run(given);
    const unused = Object.keys(given).filter((key) => !(key in report.params));
    if (unused.length > 0) throw new RangeError(`${name} has no parameter ${unused.join(', ')}`);
    process.send?.({ report });
    process.disconnect();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Ends the node that may still run for it, too.
    process.send?.({ usage: error.message }, () => process.exit());
  }
}
