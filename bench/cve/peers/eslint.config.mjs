// PLUGIN names the one to run: security or sonarjs.
import { createRequire } from 'node:module';

const name = process.env.PLUGIN;
const module = createRequire(import.meta.url)(`eslint-plugin-${name}`);
const plugin = module.default ?? module;
const rules = {
  security: ['detect-child-process', 'detect-eval-with-expression', 'detect-non-literal-require', 'detect-non-literal-fs-filename',
    'detect-object-injection', 'detect-unsafe-regex'],
  sonarjs: ['os-command', 'no-os-command-from-path', 'code-eval', 'dynamically-constructed-templates', 'no-unsafe-unzip', 'file-uploads',
    'hidden-files', 'slow-regex'],
}[name];
export default [{
  files: ['**/*.{js,mjs,cjs,jsx,ts,tsx}'],
  languageOptions: { ecmaVersion: 'latest', sourceType: 'commonjs' },
  plugins: { [name]: plugin },
  rules: Object.fromEntries(rules.filter((r) => r in plugin.rules).map((r) => [`${name}/${r}`, 'error'])),
}, { files: ['**/*.mjs', '**/{modules,esm,es}/**/*.js'], languageOptions: { sourceType: 'module' } }];
