import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '#test/plugin-folders';

const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { types: string; default: string }>;
};
const sourceOf = (built: string): string => path.join(root, built.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts'));
const entries = Object.entries(exports).map(([entry, target]) => ({ entry, file: sourceOf(target.default) }));
const parsed = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);

/** Modules that a module loads at once, not types and not what is imported later. */
function loadedBy(file: string): string[] {
  return parsed(file).statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const isType = ts.isImportDeclaration(statement)
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    return isType || !statement.moduleSpecifier ? [] : [(statement.moduleSpecifier as ts.StringLiteral).text];
  });
}

/** All that an entry loads: files of the framework, packages and modules of Node by name. */
function reachedFrom(entry: string): Set<string> {
  const reached = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const specifier of loadedBy(file)) {
      const target = specifier.startsWith('.') ? path.resolve(path.dirname(file), specifier) : specifier;
      if (reached.has(target)) continue;
      reached.add(target);
      if (target.endsWith('.ts')) open.push(target);
    }
  }
  return reached;
}

test('package.json names every entry that there is', () => {
  const files = readdirSync(path.join(root, 'framework', 'entries')).map((name) => `entries/${name}`);
  expect(entries.map(({ file }) => path.relative(path.join(root, 'framework'), file)).sort()).toEqual(
    [...files, 'index.ts'].sort(),
  );
  for (const { types, default: script } of Object.values(exports)) expect(types).toBe(script.replace(/js$/, 'd.ts'));
});

test('an entry holds no code, and no name is in two', () => {
  const names = entries.flatMap(({ file }) =>
    parsed(file).statements.flatMap((statement) => {
      if (!ts.isExportDeclaration(statement)) throw new Error(`${file}: ${statement.getText(parsed(file))}`);
      const { exportClause } = statement;
      return exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : [];
    }),
  );
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
});

test('what every plugin imports loads no codec, no YAML, no command', () => {
  const reached = [...reachedFrom(path.join(root, 'framework', 'index.ts'))];
  expect(reached.filter((name) => /^(sharp|yaml|axios|commander|vega|yauzl|csv-parse)$/.test(name))).toEqual([]);
  const wings = reached
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.relative(root, name).split(path.sep)[1]);
  expect([...new Set(wings)].sort()).toEqual(['app', 'base', 'devices', 'math', 'plugins']);
});

test('what decoding threads load knows no TensorFlow', () => {
  for (const file of ['entries/augmentations.ts', 'data/augmentations/worker-entry.ts']) {
    const reached = [...reachedFrom(path.join(root, 'framework', file))];
    expect(reached.filter((name) => /^(@tensorflow|node:worker_threads)/.test(name) || /devices/.test(name))).toEqual(
      [],
    );
  }
});

test('in a decoding thread `ablate-ml` has what built-in augmentations import of it, and no other entry is asked for', () => {
  const here = new Set(
    parsed(path.join(root, 'framework/data/augmentations/worker-entry.ts')).statements.flatMap((statement) =>
      ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)
        ? statement.exportClause.elements.map(({ name }) => name.text)
        : [],
    ),
  );
  const folder = path.join(root, 'plugins', 'augmentations');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  expect(files.length).toBeGreaterThan(20);
  const lacking = files.flatMap((name) =>
    parsed(path.join(folder, name)).statements.flatMap((statement) => {
      if (!ts.isImportDeclaration(statement)) return [];
      const from = (statement.moduleSpecifier as ts.StringLiteral).text;
      const bindings = statement.importClause?.namedBindings;
      if (!from.startsWith('ablate-ml') || statement.importClause?.phaseModifier || !bindings) return [];
      if (from === 'ablate-ml/augmentations') return [];
      const values = (bindings as ts.NamedImports).elements.filter(({ isTypeOnly }) => !isTypeOnly);
      return values
        .map((element) => (element.propertyName ?? element.name).text)
        .filter((value) => from !== 'ablate-ml' || !here.has(value))
        .map((value) => `${name}: ${value} of ${from}`);
    }),
  );
  expect(lacking).toEqual([]);
});
