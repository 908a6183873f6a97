import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '#test/plugin-folders';

/** Names that were once in use for what the field has a word for. */
const dialect =
  /freeOnTheWayBack|\bmetClasses|classmates|lessRows|angleSum|firstLargest|someInRow|sumOfNamesakes|\bownMemory|unreadSteps|surroundings|strangers|likest|mostRuns|leastPerClass|leastEpochs/i;
const british = /colour|centre|neighbour|behaviour|normalis|optimis|initialis|regularis|labelled|grey/i;
/** Plural nouns, with which a sentence without a verb begins, and those that look like a verb. */
const nouns = new Set(
  (
    'Angles Blocks Bytes Class Classes Columns Cosines Directions Distances Does Embeddings Ends Faces Figures Files ' +
    'Frames Gradients Has Ids Images Indices Inks Inputs Is Its Kinds Labels Layers Lines Logits Losses Means ' +
    'Milliseconds Minus Names Numbers Operations Options Orders Pairs Parameters Parts Paths Points Probes Queries ' +
    'Ranks Records References Rows Samples Schedules Scores Shares Steps Summaries Sums Tensors This Types Values ' +
    'Versions Weights Words Zeros'
  ).split(' '),
);

interface Named {
  readonly name: string;
  readonly isFunction: boolean;
  readonly summary: string;
}

/** What a file declares under a name of the top level, with the beginning of its docstring. */
function declared(file: string, onlyExported = true): Named[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  return source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (onlyExported && !isExported) return [];
    const [doc] = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).slice(-1);
    const summary = ts.getTextOfJSDocComment(doc?.comment) ?? '';
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name, initializer }) => ({
        name: name.getText(),
        isFunction: initializer !== undefined && ts.isArrowFunction(initializer),
        summary,
      }));
    if (
      ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isClassDeclaration(statement)
    )
      return [{ name: statement.name?.text ?? '', isFunction: ts.isFunctionDeclaration(statement), summary }];
    return [];
  });
}

/** Files of the framework and the plugins that are no tests, from the root. */
const files = spawnSync('git', ['ls-files', 'framework', 'plugins'], { cwd: root, encoding: 'utf8' })
  .stdout.split('\n')
  .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|\.d\.ts$/.test(file));

/** What the entries name, by the file that declares it. */
function exportedByEntries(): { file: string; names: Set<string> }[] {
  const found = new Map<string, Set<string>>();
  for (const entry of files.filter((file) => /^framework\/(index|entries\/[\w-]+)\.ts$/.test(file))) {
    const source = ts.createSourceFile(entry, readFileSync(path.join(root, entry), 'utf8'), ts.ScriptTarget.ES2022);
    for (const statement of source.statements) {
      if (!ts.isExportDeclaration(statement) || !statement.exportClause || !statement.moduleSpecifier) continue;
      const from = (statement.moduleSpecifier as ts.StringLiteral).text;
      if (!from.startsWith('.') || !ts.isNamedExports(statement.exportClause)) continue;
      const file = path.join(path.dirname(entry), from);
      const names = found.get(file) ?? new Set<string>();
      for (const { name, propertyName } of statement.exportClause.elements) names.add((propertyName ?? name).text);
      found.set(file, names);
    }
  }
  return [...found].map(([file, names]) => ({ file, names }));
}

test('top-level names are in American spelling and in the words of the field', () => {
  const names = files.flatMap((file) => declared(path.join(root, file), false).map(({ name }) => `${file}: ${name}`));
  expect(names.length).toBeGreaterThan(3_000);
  // What a key was called before 0.1.0 is refused by name.
  expect(names.filter((line) => dialect.test(line.split(': ')[1]!) || british.test(line.split(': ')[1]!))).toEqual([]);
});

/** Whether a docstring begins with a verb of the third person: "Computes …". */
function beginsWithVerb({ summary }: Named): boolean {
  const [first = ''] = summary.trim().split(/[\s,:;]/);
  return /^[A-Z][a-z]+s$/.test(first) && !nouns.has(first);
}

const written = ({ file, name, summary }: Named & { readonly file: string }): string =>
  `${file}: ${name}: ${summary.slice(0, 60)}`;

test('what an entry exports has a docstring, and that of a function begins with a verb', () => {
  const exported = exportedByEntries().flatMap(({ file, names }) =>
    declared(path.join(root, file))
      .filter(({ name }) => names.has(name))
      .map((one) => ({ ...one, file })),
  );
  expect(exported.length).toBeGreaterThan(350);
  expect(exported.filter(({ summary }) => !summary.trim()).map(written)).toEqual([]);
  const functions = exported.filter(({ isFunction }) => isFunction);
  expect(functions.length).toBeGreaterThan(150);
  expect(functions.filter((one) => !beginsWithVerb(one)).map(written)).toEqual([]);
});

test('so has everything that a file exports but a plugin its options, whose schema describes each', () => {
  const exported = files.flatMap((file) => declared(path.join(root, file)).map((one) => ({ ...one, file })));
  expect(exported.length).toBeGreaterThan(2_000);
  const bare = exported.filter(
    ({ file, name, summary }) => !summary.trim() && !(file.startsWith('plugins/') && name === 'options'),
  );
  expect(bare.map(written)).toEqual([]);
  const functions = exported.filter(({ isFunction }) => isFunction);
  expect(functions.length).toBeGreaterThan(1_300);
  expect(functions.filter((one) => !beginsWithVerb(one)).map(written)).toEqual([]);
});

/** The commit after which subjects are held to the rule; older ones stay as they are. */
const ruled = '8c0c631b66c0';
const history = spawnSync('git', ['log', '--no-merges', '--format=%h %s', `${ruled}..HEAD`], {
  cwd: root,
  encoding: 'utf8',
});

const reach = history.status === 0 ? '' : ` (skipped: there is no history back to ${ruled})`;
test.skipIf(reach)(`commits have a subject of at most 72 characters, without a full stop${reach}`, () => {
  const subjects = history.stdout.trim().split('\n').filter(Boolean);
  expect(
    subjects.filter((line) => {
      const subject = line.slice(line.indexOf(' ') + 1);
      return [...subject].length > 72 || subject.endsWith('.');
    }),
  ).toEqual([]);
});
