import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheFolder } from '../setup/cache-folder.mjs';

/** One a user, since what is in it is executed: a cache may be shared. */
const folder = path.join(cacheFolder(), `typescript-${process.getuid?.() ?? 'user'}`);
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

// The framework's own compiler, of one fixed major version: what a project has of its own may be any, or have no such
// interface.
const require = createRequire(import.meta.url);
const OPTIONS = {
  module: 'ESNext',
  target: 'ES2022',
  verbatimModuleSyntax: true,
  isolatedModules: true,
  inlineSourceMap: true,
  inlineSources: true,
};

/**
 * TypeScript to JavaScript with its source map, types erased and not checked. The result is kept in the user's cache:
 * an unchanged file costs one read, and the compiler is loaded only where a file has changed.
 *
 * @param {string} source
 * @param {string} file the absolute path, which goes into the source map
 * @returns {string} an ES module
 * @throws {SyntaxError} naming file, line and column, where the source does not parse
 */
export function compile(source, file) {
  const { version } = require('typescript/package.json');
  const key = createHash('sha256')
    .update(`${version} ${JSON.stringify(OPTIONS)}`)
    .update(file)
    .update('\0')
    .update(source)
    .digest('hex');
  const cached = path.join(folder, `${key}.mjs`);
  const kept = readKept(cached);
  if (kept !== undefined) return kept;
  const output = transpile(source, file);
  keep(cached, output);
  return output;
}

/** What a file of the cache ends with: after a power cut, its name may be there without its content. */
const seal = (output) => `\n//# sha256=${createHash('sha256').update(output).digest('hex')}\n`;
const sealLength = seal('').length;

/** The text that was kept; undefined where there is none, it is not whole, or the cache is not this user's. */
function readKept(cached) {
  try {
    if (!isOwn()) return undefined;
    const text = fs.readFileSync(cached, 'utf8');
    const output = text.slice(0, -sealLength);
    return text === output + seal(output) ? output : undefined;
  } catch {
    return undefined;
  }
}

let own;
/** Makes the cache this user's alone, where it can be. */
function isOwn() {
  if (own !== undefined) return own;
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.lstatSync(folder);
  own = process.getuid === undefined || uid === process.getuid();
  if (own && mode & 0o077) fs.chmodSync(folder, 0o700);
  return own;
}

function transpile(source, file) {
  const typescript = require('typescript');
  const { outputText, diagnostics } = typescript.transpileModule(source, {
    compilerOptions: OPTIONS,
    fileName: file,
    reportDiagnostics: true,
  });
  const [fault] = diagnostics;
  if (!fault) return outputText;
  const { line, character } = fault.file.getLineAndCharacterOfPosition(fault.start);
  throw new SyntaxError(
    `${file}:${line + 1}:${character + 1}: ${typescript.flattenDiagnosticMessageText(fault.messageText, ' ')}`,
  );
}

let pruned = false;
function keep(file, output) {
  try {
    if (!isOwn()) return;
    const part = `${file}.${process.pid}`;
    fs.writeFileSync(part, output + seal(output), { flag: 'wx' });
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
