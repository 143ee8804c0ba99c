// ESLint as a project starts with it: its recommended rules and, for TypeScript, typescript-eslint's that need
// no types (with the core rules alone `no-unused-vars` crashes on ambient declarations).
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const typed = ['**/*.{ts,cts,mts,tsx}'];
export default [
  { files: ['**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}'], ...js.configs.recommended },
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: typed })),
  { languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
];
