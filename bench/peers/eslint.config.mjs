// ESLint as a project starts with it: its recommended rules, TypeScript through typescript-eslint's parser.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default [
  { files: ['**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'], ...js.configs.recommended },
  { languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
  { files: ['**/*.{ts,cts,mts,tsx}'], languageOptions: { parser: tseslint.parser } },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
];
