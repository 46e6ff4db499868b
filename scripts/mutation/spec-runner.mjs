// A Stryker test runner. The specs are bundled once; for each mutant the bundle is evaluated anew
// and those tests run that reached it without a mutant. The runner for Jest starts Jest for each
// mutant and loads every spec file each time, also those without a wanted test.
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { PARAMETERS, bundleSpecs } from './spec-bundle.mjs';
import { SpecTree } from './spec-tree.mjs';

const BUNDLE = '.specs.cjs';
/** Properties draw the same cases for every mutant, and do not look for smaller ones. */
const PROPERTIES = { seed: 1, endOnFailure: true };

class SpecRunner {
  static inject = ['options'];
  #script;
  #require;

  constructor(options) {
    this.specs = options.specs;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  /** The working directory is Stryker's copy of the repository, with the mutants in it. */
  async init() {
    const root = process.cwd();
    const file = join(root, BUNDLE);
    if (!existsSync(file)) {
      const made = join(root, `${BUNDLE}.${process.pid}`);
      writeFileSync(made, await bundleSpecs(root, this.specs));
      renameSync(made, file);
    }
    this.#script = new Script(readFileSync(file, 'utf8'), { filename: file });
    this.#require = createRequire(join(root, 'package.json'));
    this.#require('fast-check').configureGlobal(PROPERTIES);
    // A mutant may leave a promise behind that nobody waits for: it is judged by its tests alone.
    process.on('unhandledRejection', () => undefined);
  }

  async dryRun() {
    const stryker = (globalThis.__stryker__ = { mutantCoverage: { static: {}, perTest: {} } });
    const result = await this.#run(stryker, { isWanted: () => true, bail: false }, undefined);
    return { ...result, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }) {
    const stryker = (globalThis.__stryker__ = { hitLimit });
    if (hitLimit !== undefined) stryker.hitCount = 0;
    if (mutantActivation === 'static') stryker.activeMutant = activeMutant.id;
    const wanted = testFilter && new Set(testFilter);
    const isWanted = (id) => wanted?.has(id) ?? true;
    const result = await this.#run(stryker, { isWanted, bail: !disableBail }, activeMutant.id);
    const outcome = determineHitLimitReached(stryker.hitCount, hitLimit) ?? result;
    return toMutantRunResult(outcome, disableBail);
  }

  async #run(stryker, { isWanted, bail }, activeMutant) {
    const tree = new SpecTree();
    const tests = [];
    try {
      this.#declare(tree);
    } catch (error) {
      return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
    }
    if (activeMutant !== undefined) stryker.activeMutant = activeMutant;
    const started = ({ id }) => (stryker.currentTestId = id);
    const ended = ({ id, file }, error, timeSpentMs) => {
      delete stryker.currentTestId;
      const test = { id, name: id, fileName: file, timeSpentMs };
      if (error === undefined) tests.push({ ...test, status: TestStatus.Success });
      else tests.push({ ...test, status: TestStatus.Failed, failureMessage: messageOf(error) });
    };
    await tree.run({ isWanted, bail, started, ended });
    return { status: DryRunStatus.Complete, tests };
  }

  #declare(tree) {
    const module = { exports: {} };
    const given = { ...tree.globals(), module, exports: module.exports, require: this.#require };
    const startFile = (file) => tree.startFile(file);
    const declare = this.#script.runInThisContext();
    declare(...PARAMETERS.map((name) => (name === 'startFile' ? startFile : given[name])));
  }
}

function messageOf(error) {
  return String(error?.message ?? error).slice(0, 500);
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'specs', injectableClass: SpecRunner }];

export const strykerValidationSchema = {
  properties: {
    specs: { description: 'The spec files.', type: 'array', items: { type: 'string' } },
  },
};
