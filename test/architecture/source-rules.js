/**
 * Lint rules that are architecture: what the pure core may not call, and how long a function may
 * be. eslint.config.js applies them in the editor and in `npm run lint`; the tests beside this file
 * apply them without regard to inline `eslint-disable` comments.
 */

const differsBetweenEngines =
  'is implementation-defined and differs between engines: use the kernels of #libs/pricing.';
const timeIsAnInput = 'Log time arrives as an input: take timeUs from the frame.';
const timersAreEvents = 'Deadlines are rows of the state that fire in log time: open one there.';
const pureAndSynchronous =
  'The core is synchronous: return the decision, the runtime does the I/O.';
const noBigInt =
  'BigInt allocates: use multiplyDivideFloor, compareProducts and their like of #libs/units.';
const noJson = 'Return plain data: text is made at the edges (toJson of #libs/events, apps/*).';
const noLocale =
  'depends on the locale of the machine: compare with < and format with formatDecimal.';

/** Math functions whose results ECMAScript fixes to the bit. */
const exactMath = 'abs|ceil|clz32|floor|fround|imul|max|min|round|sign|sqrt|trunc';

const bannedGlobals = {
  Date: timeIsAnInput,
  performance: timeIsAnInput,
  setTimeout: timersAreEvents,
  setInterval: timersAreEvents,
  setImmediate: timersAreEvents,
  queueMicrotask: pureAndSynchronous,
  Promise: pureAndSynchronous,
  fetch: pureAndSynchronous,
  console: 'Return what is to be said; the runtime says it.',
  process: 'Settings arrive as arguments or as rulebook events.',
  globalThis: 'It reaches everything that is banned here by name.',
  crypto: 'Randomness makes replay impossible; hashing belongs to the event log.',
  Intl: `Intl ${noLocale}`,
  WeakRef: 'Garbage collection must not be observable: own the row and delete it.',
  FinalizationRegistry: 'Garbage collection must not be observable: own the row and delete it.',
  BigInt: noBigInt,
  BigInt64Array: noBigInt,
  BigUint64Array: noBigInt,
  JSON: noJson,
};

const bannedSyntax = {
  "MemberExpression[object.name='Math'][property.name='random']":
    'Randomness makes replay impossible: derive the value from the state (mix48 of #libs/units).',
  [`MemberExpression[object.name='Math'][property.name!='random']:not([property.name=/^(${exactMath})$/])`]: `This Math function ${differsBetweenEngines}`,
  "MemberExpression[object.name='Math'][computed=true]": 'Name the Math function.',
  ":not(MemberExpression) > Identifier[name='Math']":
    'Call Math.x directly, so that it can be checked.',
  "BinaryExpression[operator='**']": `** ${differsBetweenEngines}`,
  "AssignmentExpression[operator='**=']": `**= ${differsBetweenEngines}`,
  'Literal[bigint]': noBigInt,
  'CallExpression[callee.property.name=/^[gs]etBig(Ui|I)nt64$/]':
    'BigInt allocates: use getInt64 and putInt64 of #libs/units.',
  'MemberExpression[property.name=/^(toLocale|localeCompare)/]': `It ${noLocale}`,
  ForInStatement: 'Its order is a matter of history: iterate over an array, or Object.keys.',
  ':function[async=true]': pureAndSynchronous,
  AwaitExpression: pureAndSynchronous,
  'ForOfStatement[await=true]': pureAndSynchronous,
  ImportExpression: 'Import statically: what the core is made of is known before it runs.',
  'TSTypeReference[typeName.name=/^(Promise|PromiseLike)$/]': pureAndSynchronous,
  "TSTypeReference[typeName.name='Date']": timeIsAnInput,
  "MetaProperty[meta.name='import']": 'The core does not know where it is installed.',
};

/** Rules for the production files of the pure core. */
export const coreRules = {
  'no-restricted-globals': [
    'error',
    ...Object.entries(bannedGlobals).map(([name, message]) => ({ name, message })),
  ],
  'no-restricted-syntax': [
    'error',
    ...Object.entries(bannedSyntax).map(([selector, message]) => ({ selector, message })),
  ],
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          regex: '^(?!\\.{1,2}/|#libs/)',
          message: 'The core imports nothing but the core: pass the value in.',
        },
      ],
    },
  ],
};

/**
 * Where JSON text is what a record holds, and not the form of an answer: one file, whose text is
 * canonical, so that the same content is the same bytes on every machine.
 */
export const jsonTextFiles = ['libs/events/src/canonical-json.ts'];

/** Rules for those files of the core. */
export const jsonTextRules = {
  ...coreRules,
  'no-restricted-globals': coreRules['no-restricted-globals'].filter(
    (rule) => typeof rule === 'string' || rule.name !== 'JSON',
  ),
};

/** Rules for all production files. */
export const sizeRules = { 'max-lines-per-function': ['error', { max: 60 }] };
