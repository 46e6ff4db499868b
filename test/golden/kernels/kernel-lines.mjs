/**
 * The golden bits of the kernels, as text: `NAME INPUT... RESULT`, each figure the 16 hexadecimal digits
 * of its double. Plain JavaScript, because `scripts/kernel-bits.mjs` computes the same lines on Node
 * versions that run no TypeScript.
 */
const view = new DataView(new ArrayBuffer(8));

/** @param {string} digits @returns {number} */
export function doubleOf(digits) {
  view.setBigUint64(0, BigInt(`0x${digits}`));
  return view.getFloat64(0);
}

/** @param {number} x @returns {string} */
export function digitsOf(x) {
  view.setFloat64(0, x);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/**
 * The kernels by name: each takes doubles and gives doubles.
 *
 * @param {typeof import('#libs/pricing')} pricing
 * @returns {Record<string, (...x: number[]) => number[]>}
 */
function kernelsOf(pricing) {
  const spotOption = ([call, spot, strike, timeYears, volatility, rate, dividendYield]) => ({
    ...{ isCall: call === 1, spot, strike, timeYears, volatility, rate, dividendYield },
  });
  return {
    exp: (x) => [pricing.exp(x)],
    log: (x) => [pricing.log(x)],
    logRatio: (a, b) => [pricing.logRatio(a, b)],
    power: (x, p) => [pricing.power(x, p)],
    millsRatio: (z) => [pricing.millsRatio(z)],
    millsSlope: (z) => [pricing.millsSlope(z)],
    normalDensity: (x) => [pricing.normalDensity(x)],
    normalDistribution: (x) => [pricing.normalDistribution(x)],
    normalQuantile: (p) => [pricing.normalQuantile(p)],
    black: (f, k, s) => [pricing.blackCall(f, k, s), pricing.blackPut(f, k, s)],
    spotOption: (...figures) => [
      pricing.blackScholesMertonValue(spotOption(figures)),
      ...Object.values(pricing.blackScholesMertonGreeks(spotOption(figures))),
    ],
  };
}

/** How many figures of a line are inputs. */
const INPUTS = { logRatio: 2, power: 2, black: 3, spotOption: 7 };

/**
 * The same lines with the results computed anew; a line may come without any.
 *
 * @param {typeof import('#libs/pricing')} pricing
 * @param {string} text
 * @returns {string}
 */
export function recomputed(pricing, text) {
  const kernels = kernelsOf(pricing);
  const lines = text.trim().split('\n');
  const answers = lines.map((line) => {
    const [name = '', ...digits] = line.split(' ');
    const inputs = digits.slice(0, INPUTS[name] ?? 1);
    const results = kernels[name](...inputs.map(doubleOf));
    return [name, ...inputs, ...results.map(digitsOf)].join(' ');
  });
  return `${answers.join('\n')}\n`;
}
