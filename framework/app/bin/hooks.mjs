import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compile } from './compile.mjs';

const root = new URL('../../../', import.meta.url);
const inClone = existsSync(new URL('framework/index.ts', root));
const built = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).exports;

/** The running framework's public entries, those of its package.json: plugins from anywhere share this one instance. */
const ENTRIES = Object.fromEntries(
  Object.entries(built).map(([entry, { default: file }]) => [
    entry.replace('.', 'ablate-ml'),
    new URL(inClone ? file.replace(/^\.\/dist\/(.*)\.js$/, './$1.ts') : file, root).href,
  ]),
);

/**
 * Puts other modules in the place of entries, for threads that have less.
 *
 * @param {{entries: Record<string, string>} | undefined} data
 */
export function initialize(data) {
  Object.assign(ENTRIES, data?.entries);
}

/**
 * Resolves the framework's entries to the running framework, and a relative `./x.js` in TypeScript to the `./x.ts` it
 * stands for. Serves `module.register` (on a thread) and `module.registerHooks` (in place) alike: what `next` returns
 * is passed on as it is.
 */
export function resolve(specifier, context, next) {
  const entry = Object.hasOwn(ENTRIES, specifier) ? ENTRIES[specifier] : undefined;
  if (entry) return { url: entry, shortCircuit: true };
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && isTypeScript(context.parentURL)) {
    const url = new URL(specifier, context.parentURL);
    const source = new URL(url.href.replace(/\.js$/, '.ts'));
    if (!existsSync(url) && existsSync(source)) return { url: source.href, shortCircuit: true };
  }
  return next(specifier, context);
}

/** Loads TypeScript as an ES module, wherever it lies: a plugin may be a package of `.ts` files in a `node_modules`. */
export function load(url, context, next) {
  if (!isTypeScript(url)) return next(url, context);
  const file = fileURLToPath(url);
  return { format: 'module', source: compile(readFileSync(file, 'utf8'), file), shortCircuit: true };
}

const isTypeScript = (url) => url?.startsWith('file:') && /\.m?ts$/.test(new URL(url).pathname);
