import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheFolder } from '../setup/cache-folder.mjs';

const folder = path.join(cacheFolder(), 'typescript');
/** Says that a kept file is whole. */
const END = '\n//whole\n';
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

// The framework's own compiler, of one fixed major version: what a project has of its own may be any, or have no such interface.
const require = createRequire(import.meta.url);
const OPTIONS = { module: 'ESNext', target: 'ES2022', verbatimModuleSyntax: true, isolatedModules: true, inlineSourceMap: true, inlineSources: true };

/**
 * TypeScript to JavaScript with its source map, types erased and not checked. The result is kept in the user's cache: an
 * unchanged file costs one read, and the compiler is loaded only where a file has changed.
 *
 * @param {string} source
 * @param {string} file the absolute path, which goes into the source map
 * @returns {string} an ES module
 * @throws {SyntaxError} naming file, line and column, where the source does not parse
 */
export function compile(source, file) {
  const { version } = require('typescript/package.json');
  const key = createHash('sha256').update(`${version} ${JSON.stringify(OPTIONS)}`).update(file).update('\0').update(source).digest('hex');
  const cached = path.join(folder, `${key}.mjs`);
  const kept = wholeText(cached);
  if (kept !== undefined) return kept;
  const output = transpile(source, file);
  keep(cached, output);
  return output;
}

/** What was kept; undefined where nothing was, or a power cut took its end: hundreds of files are not waited for until the disk has them. */
function wholeText(file) {
  try {
    const text = fs.readFileSync(file, 'utf8');
    return text.endsWith(END) ? text.slice(0, -END.length) : undefined;
  } catch {
    return undefined;
  }
}

function transpile(source, file) {
  const typescript = require('typescript');
  const { outputText, diagnostics } = typescript.transpileModule(source, { compilerOptions: OPTIONS, fileName: file, reportDiagnostics: true });
  const [fault] = diagnostics;
  if (!fault) return outputText;
  const { line, character } = fault.file.getLineAndCharacterOfPosition(fault.start);
  throw new SyntaxError(`${file}:${line + 1}:${character + 1}: ${typescript.flattenDiagnosticMessageText(fault.messageText, ' ')}`);
}

let pruned = false;
function keep(file, output) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    const part = `${file}.${process.pid}`;
    fs.writeFileSync(part, output + END);
    fs.renameSync(part, file);
    if (!pruned) prune();
  } catch {
    // A cache that cannot be written costs time at the next start and nothing else.
  }
}

function prune() {
  pruned = true;
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (Date.now() - fs.statSync(file).mtimeMs > KEEP_MS) fs.rmSync(file, { force: true });
  }
}
