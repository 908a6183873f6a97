import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const find = createRequire(import.meta.url);

const own = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/** Compresses a text to gzip in base64, which the page unpacks. */
export const packed = (text: string): string => gzipSync(text, { level: 9 }).toString('base64');

/** A module as part of one script: its exports are names like others. */
const inlined = (module: string): string => module.replace(/^export /gm, '');

/** An end tag within a string or comment would end the element. */
const harmless = (script: string): string => script.replace(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');

/** Vega's interpreter is a module of nothing but an import from Vega's own package and one export. */
async function interpreter(): Promise<string> {
  const module = await readFile(fileURLToPath(import.meta.resolve('vega-interpreter')), 'utf8');
  return module
    .replace(/^import \{([^}]*)\} from 'vega-util';/m, 'const {$1} = vega;')
    .replace(/^export \{ expression as expressionInterpreter \};/m, 'const expressionInterpreter = expression;')
    .replace(/^\/\/# sourceMappingURL.*$/m, '');
}

/** Reads Vega with its interpreter of expressions: a page that allows no `eval` cannot have them compiled. */
export async function vegaScript(): Promise<string> {
  const vega = await readFile(find.resolve('vega').replace(/vega\.module\.js$|vega-node\.js$/, 'vega.min.js'), 'utf8');
  return harmless(
    `${vega.replace(/^\/\/# sourceMappingURL.*$/m, '')}\nconst expressionInterpreter = (() => { ${await interpreter()} return expressionInterpreter; })();`,
  );
}

/**
 * Reads fflate, which unpacks at once, where a browser's own streams take turns that a page being printed does not get.
 */
export async function unpackScript(): Promise<string> {
  return harmless(await readFile(new URL('./umd/index.js', import.meta.resolve('fflate/package.json')), 'utf8'));
}

/** Reads jsPDF, packed: few readers ask for a PDF. */
export async function pdfScript(): Promise<string> {
  return packed(
    (await readFile(find.resolve('jspdf/dist/jspdf.umd.min.js'), 'utf8')).replace(/^\/\/# sourceMappingURL.*$/m, ''),
  );
}

/** Reads the page's own script, in the order in which its parts need each other. */
export async function ownScript(): Promise<string> {
  const parts = await Promise.all(
    [
      '../../figures/pdf-canvas.mjs',
      './page/data.mjs',
      './page/charts.mjs',
      './page/downloads.mjs',
      './page/filters.mjs',
    ].map(own),
  );
  return harmless(`(() => {\n'use strict';\n${parts.map(inlined).join('\n')}\n})();`);
}

/** Reads the page's style sheet. */
export const pageStyle = (): Promise<string> => own('./page/page.css');
