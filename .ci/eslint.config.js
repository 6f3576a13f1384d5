/** What every module of static/ must keep. */

import js from '@eslint/js';
import globals from 'globals';

const RULES = {
  'eqeqeq': 'error',
  'no-implicit-globals': 'error',
  'no-restricted-globals': ['error', 'event', 'name', 'status', 'top', 'parent'],
  'no-shadow': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  'no-use-before-define': ['error', { functions: false, classes: false, variables: false }],
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
};

export default [
  js.configs.recommended,
  {
    files: ['static/**/*.js'],
    languageOptions: { sourceType: 'module', globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: RULES,
  },
  {
    files: ['static/**/*.test.js'],
    languageOptions: { globals: globals.node },
  },
];
