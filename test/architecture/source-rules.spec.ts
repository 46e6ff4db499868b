import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { coreLayers, testOnlyPattern } from './layers.js';
import { coreRules, jsonTextFiles, jsonTextRules, sizeRules } from './source-rules.js';
import { filesBelow, type SourceFile } from './source-tree.js';

const linter = new Linter();

/** The problems of one file, as a person would want to read them. */
function problems({ path, text }: SourceFile, rules: object): string[] {
  const config = {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser },
    rules,
  } as Linter.Config;
  return linter
    .verify(text, [config], { filename: path, allowInlineConfig: false })
    .map(({ line, message }) => `${path}:${String(line)} ${message}`);
}

const isProduction = ({ path }: SourceFile) => !new RegExp(testOnlyPattern).test(path);

/** Each line breaks a rule of the core; beside it, words that the message must contain. */
const banned: readonly (readonly [code: string, replacement: string])[] = [
  ['export const now = Date.now();', 'take timeUs from the frame'],
  ['export const at: Date | undefined = undefined;', 'take timeUs from the frame'],
  ['export const now = performance.now();', 'take timeUs from the frame'],
  ['setTimeout(() => undefined, 1);', 'fire in log time'],
  ['setInterval(() => undefined, 1);', 'fire in log time'],
  ['setImmediate(() => undefined);', 'fire in log time'],
  ['export const dice = Math.random();', 'mix48 of #libs/units'],
  ['export const e = Math.exp(1);', 'kernels of #libs/pricing'],
  ['export const l = Math.log(2);', 'kernels of #libs/pricing'],
  ['export const l = Math.log1p(2);', 'kernels of #libs/pricing'],
  ['export const p = Math.pow(2, 3);', 'kernels of #libs/pricing'],
  ['export const t = Math.tanh(2);', 'kernels of #libs/pricing'],
  ["export const e = Math['exp'](1);", 'Name the Math function'],
  ['const { exp } = Math; export { exp };', 'Call Math.x directly'],
  ['export const p = 2 ** 3;', 'kernels of #libs/pricing'],
  ['export let p = 2; p **= 3;', 'kernels of #libs/pricing'],
  ['export const b = 1n;', 'BigInt allocates'],
  ['export const b = BigInt(1);', 'BigInt allocates'],
  ['export const b = new BigInt64Array(8);', 'BigInt allocates'],
  ['export const b = (v: DataView) => v.getBigInt64(0);', 'getInt64 and putInt64'],
  ['export const f = new Intl.NumberFormat();', 'formatDecimal'],
  ['export const f = (1).toLocaleString();', 'formatDecimal'],
  ["export const c = 'a'.localeCompare('b');", 'compare with <'],
  ['for (const key in {}) key;', 'Object.keys'],
  ["export const j: unknown = JSON.parse('1');", 'toJson of #libs/events'],
  ['export const j = JSON.stringify(1);', 'toJson of #libs/events'],
  ['export async function f(): Promise<void> {}', 'The core is synchronous'],
  ['export const f = async () => undefined;', 'The core is synchronous'],
  ['await f();', 'The core is synchronous'],
  ['export const p = new Promise(() => undefined);', 'The core is synchronous'],
  ['export let p: Promise<number>;', 'The core is synchronous'],
  ['queueMicrotask(() => undefined);', 'The core is synchronous'],
  ["void fetch('http://localhost');", 'The core is synchronous'],
  ["void import('./a.js');", 'Import statically'],
  ['export const here = import.meta.url;', 'where it is installed'],
  ["export const level = process.env['LEVEL'];", 'rulebook events'],
  ["console.log('x');", 'the runtime says it'],
  ['export const g = globalThis;', 'everything that is banned'],
  ['export const id = crypto.randomUUID();', 'Randomness makes replay impossible'],
  ['export const w = new WeakRef({});', 'must not be observable'],
  ["import 'node:fs';", 'imports nothing but the core'],
  ["import { readFileSync } from 'fs'; export { readFileSync };", 'imports nothing but the core'],
  ["export * from 'decimal.js';", 'imports nothing but the core'],
  ['/* eslint-disable */ export const now = Date.now();', 'take timeUs from the frame'],
];

const allowed = `
import { invariant } from '#libs/units';
import { row } from './row.js';
/** A Date or a Promise in a comment is no harm. */
export interface Timed { date: number; exp: number }
export function f(x: Timed): number {
  invariant(x.exp > 0, 'Math.exp is only a word here');
  return Math.floor(Math.sqrt(x.exp)) + Math.imul(row, 3) + Math.max(x.date, 2);
}
`;

describe('the pure core', () => {
  const core = filesBelow(
    coreLayers.map((layer) => `libs/${layer}`),
    /\.ts$/,
  ).filter(isProduction);

  it('calls nothing whose result depends on the machine', () => {
    expect(core.length).toBeGreaterThan(20);
    const rulesOf = (path: string) => (jsonTextFiles.includes(path) ? jsonTextRules : coreRules);
    expect(core.flatMap((file) => problems(file, rulesOf(file.path)))).toEqual([]);
    expect(jsonTextFiles.every((path) => core.some((file) => file.path === path))).toBe(true);
  });

  it.each(banned)('may not say %s', (text, replacement) => {
    const found = problems({ path: 'libs/units/src/planted.ts', text }, coreRules);
    expect(found.join('\n')).toContain(replacement);
  });

  it('may do exact arithmetic', () => {
    expect(problems({ path: 'libs/units/src/planted.ts', text: allowed }, coreRules)).toEqual([]);
  });
});

describe('functions', () => {
  const ofLines = (lines: number) =>
    ['export function f(): void {', ...Array<string>(lines - 2).fill('  f();'), '}'].join('\n');

  it('have at most 60 lines', () => {
    const files = filesBelow(['apps', 'libs', 'test/bench'], /\.ts$/).filter(isProduction);
    expect(files.flatMap((file) => problems(file, sizeRules))).toEqual([]);
  });

  it.each([
    [60, 0],
    [61, 1],
  ])('of %d lines give %d problems', (lines, count) => {
    expect(problems({ path: 'libs/a.ts', text: ofLines(lines) }, sizeRules)).toHaveLength(count);
  });
});
