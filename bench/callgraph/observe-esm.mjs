// Loader hooks for ES modules; see observe.cjs.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const { instrument, prefixOf, wanted } = createRequire(import.meta.url)('./instrument.cjs');

export async function load(url, context, next) {
  const result = await next(url, context);
  if (result.format !== 'module' || !url.startsWith('file:')) return result;
  const file = fileURLToPath(url);
  if (!wanted(file)) return result;
  try {
    return { ...result, source: instrument(String(result.source), 0, true, '__here', prefixOf(file)).code };
  } catch {
    return result;
  }
}
