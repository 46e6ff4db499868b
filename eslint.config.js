import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { coreGlobs, productionGlobs, testOnlyGlobs } from './test/architecture/layers.js';
import {
  coreRules,
  jsonTextFiles,
  jsonTextRules,
  sizeRules,
} from './test/architecture/source-rules.js';

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // A default covers the rest: the core switches over one family of events at a time.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // rejects NestFactory.create
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // With noUncheckedIndexedAccess every read of a typed array is `number | undefined`; `!` is
      // the only way to say "the row exists" that costs nothing in the hot loops.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: productionGlobs, ignores: testOnlyGlobs, rules: sizeRules },
  { files: coreGlobs, ignores: testOnlyGlobs, rules: coreRules },
  { files: jsonTextFiles, rules: jsonTextRules },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        fetch: 'readonly',
        process: 'readonly',
        URL: 'readonly',
      },
    },
  },
);
