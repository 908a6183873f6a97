// Makes `dist/`, what the npm package holds in place of the sources: npm run build. In a clone only; never part of the
// package.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { minify } from 'terser';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const dist = path.join(root, 'dist');
// READMEs stay behind, and the pictures that only they show.
const left = /\.(m?ts|md)$|(^|[/\\])example\.svg$|^app[/\\](bin|setup)\b/;

/** A script without blanks, a statement a line, its local names short and its functions' and classes' own. */
const shortened = {
  module: true,
  ecma: 2022,
  compress: { passes: 3, keep_fnames: true, keep_classnames: true },
  mangle: { keep_fnames: true, keep_classnames: true },
  format: { semicolons: false },
};

fs.rmSync(dist, { recursive: true, force: true });
for (const config of ['tsconfig.build.json', 'tsconfig.types.json']) {
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', config],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(1);
}
// TypeScript leaves the specifiers of declarations, and of a dynamic import within `export default`, as they were
// written.
const written = {
  '.js': /(\bimport\('\.{1,2}\/[^']*)\.ts(?='\))/g,
  '.d.ts': /(\b(?:from |import\()'\.{1,2}\/[^']*)\.ts(?=')/g,
};
for (const name of fs.readdirSync(dist, { recursive: true })) {
  const pattern = written[/(\.d\.ts|\.js)$/.exec(name)?.[1]];
  if (!pattern) continue;
  const file = path.join(dist, name);
  const text = fs.readFileSync(file, 'utf8');
  const rewritten = text.replaceAll(pattern, '$1.js');
  if (rewritten !== text) fs.writeFileSync(file, rewritten);
}
// Of the types, those that the entries lead to: nothing else of the package can be imported.
const { exports: entries } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const reached = new Set();
const follow = (file) => {
  if (reached.has(file) || !fs.existsSync(file)) return;
  reached.add(file);
  for (const [, target] of fs.readFileSync(file, 'utf8').matchAll(/(?:\bfrom |\bimport\()'(\.{1,2}\/[^']+)\.js'/g)) {
    follow(path.join(path.dirname(file), `${target}.d.ts`));
  }
};
for (const { types } of Object.values(entries)) follow(path.join(root, types));
for (const name of fs.readdirSync(dist, { recursive: true })) {
  const file = path.join(dist, name);
  if (name.endsWith('.d.ts') && !reached.has(file)) fs.rmSync(file);
}
// A stack needs the line alone: maps of every column are half of the package. Whoever reads on goes by the map to the
// source, so that the script is without its blanks.
for (const name of fs.readdirSync(dist, { recursive: true })) {
  if (!name.endsWith('.js.map')) continue;
  const [map, script] = [path.join(dist, name), path.join(dist, name.slice(0, -'.map'.length))];
  const text = fs.readFileSync(script, 'utf8');
  // Types alone: nothing imports it.
  if (/^export \{\};\n\/\/#[^\n]*$/.test(text)) {
    fs.rmSync(map);
    fs.rmSync(script);
    continue;
  }
  const before = JSON.parse(fs.readFileSync(map, 'utf8'));
  const { code, map: after } = await minify(text, { ...shortened, sourceMap: { content: before, asObject: true } });
  fs.writeFileSync(script, `${code}\n${/\/\/# sourceMappingURL=[^\n]*/.exec(text)[0]}\n`);
  const lines = decode(after.mappings).map((segments) =>
    segments.slice(0, 1).map(([, source, line]) => [0, source, line, 0]),
  );
  fs.writeFileSync(map, JSON.stringify({ version: 3, sources: before.sources, names: [], mappings: encode(lines) }));
}
// Fonts, plain JavaScript and the like lie beside the modules that read them.
for (const folder of ['framework', 'plugins']) {
  for (const name of fs.readdirSync(path.join(root, folder), { recursive: true })) {
    const file = path.join(root, folder, name);
    if (left.test(name) || !fs.statSync(file).isFile()) continue;
    const target = path.join(dist, folder, name);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(file, target);
  }
}
