// The part of Jest's interface that our specs use, as a tree that is declared once and run in part:
// Jest itself can be started only anew, which for a thousand mutants takes hours.
import { expect } from 'expect';
import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

/** Far more than any of the tests that are run here needs. */
const TEST_MS_MAX = 10_000;

function suiteNamed(name, parent) {
  const hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
  return { name, parent, hooks, children: [] };
}

export class SpecTree {
  #file = '';
  #current = suiteNamed('', undefined);
  #root = this.#current;
  #names = new Map();

  /** What the specs find as globals. */
  globals() {
    const describe = (name, body) => this.#describe(name, body);
    describe.each = (table) => (name, body) =>
      rowsOf(table).forEach((row, k) => describe(`${name} [${k}]`, () => body(...row)));
    const it = (name, body) => this.#test(name, body);
    it.each = (table) => (name, body) =>
      rowsOf(table).forEach((row, k) => it(`${name} [${k}]`, () => body(...row)));
    it.skip = () => undefined;
    const hook = (kind) => (body) => this.#current.hooks[kind].push(body);
    const jest = { setTimeout: () => undefined };
    const hooks = Object.keys(this.#root.hooks).map((kind) => [kind, hook(kind)]);
    return { describe, it, test: it, expect, jest, ...Object.fromEntries(hooks) };
  }

  /** All that is declared from now on belongs to this file. */
  startFile(file) {
    this.#file = file;
    this.#current = suiteNamed(file, this.#root);
    this.#root.children.push(this.#current);
  }

  /**
   * Runs the tests that `isWanted` names and tells each to `ended`, with its error if it failed.
   * With `bail` nothing is started after a failure, but what was set up is still cleared away.
   */
  async run({ isWanted, bail, started, ended }) {
    const run = { isWanted, started, ended, bail, hasFailed: false };
    for (const suite of this.#root.children) await this.#runSuite(suite, run);
  }

  #describe(name, body) {
    const suite = suiteNamed(name, this.#current);
    this.#current.children.push(suite);
    this.#current = suite;
    body();
    this.#current = suite.parent;
  }

  #test(name, body) {
    const path = [name];
    for (let at = this.#current; at !== this.#root; at = at.parent) path.unshift(at.name);
    const plain = path.join(' › ');
    const uses = (this.#names.get(plain) ?? 0) + 1;
    this.#names.set(plain, uses);
    const id = uses === 1 ? plain : `${plain} (${uses})`;
    this.#current.children.push({ id, name, body, file: this.#file });
  }

  async #runSuite(suite, run) {
    if (!hasWanted(suite, run.isWanted)) return;
    const failure = await errorOf(() => inTurn(suite.hooks.beforeAll));
    for (const child of suite.children) {
      if (run.bail && run.hasFailed) break;
      if (child.children !== undefined) await this.#runSuite(child, run);
      else if (run.isWanted(child.id)) await this.#runTest(child, suite, run, failure);
    }
    await errorOf(() => inTurn(suite.hooks.afterAll));
  }

  async #runTest(test, suite, run, earlierFailure) {
    const suites = [];
    for (let at = suite; at !== undefined; at = at.parent) suites.unshift(at);
    expect.setState({ currentTestName: test.id, testPath: test.file, assertionCalls: 0 });
    run.started(test);
    const before = performance.now();
    const failure =
      earlierFailure ??
      (await errorOf(async () => {
        for (const { hooks } of suites) await inTurn(hooks.beforeEach);
        await inTime(test.body());
      }));
    const late = await errorOf(async () => {
      for (const { hooks } of suites.toReversed()) await inTurn(hooks.afterEach);
    });
    run.hasFailed ||= (failure ?? late) !== undefined;
    run.ended(test, failure ?? late, performance.now() - before);
  }
}

/** A table of one column need not say so. */
function rowsOf(table) {
  return table.every(Array.isArray) ? table : table.map((row) => [row]);
}

async function inTurn(bodies) {
  for (const body of bodies) await body();
}

/** A test that waits for what a mutant never does has failed; the process need not be ended. */
async function inTime(running) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the test did not end')), TEST_MS_MAX);
  });
  try {
    await Promise.race([running, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function errorOf(act) {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error ?? new Error('thrown without a value');
  }
}

function hasWanted(suite, isWanted) {
  return suite.children.some((child) =>
    child.children === undefined ? isWanted(child.id) : hasWanted(child, isWanted),
  );
}
