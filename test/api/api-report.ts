import ts from 'typescript';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '#test/plugin-folders';

/** The entries that plugins and scripts import, those of package.json → their sources. */
const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { default: string }>;
};
const entries = Object.fromEntries(
  Object.entries(exports).map(([entry, { default: file }]) => [
    entry.replace('.', 'ablate-ml'),
    file.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts'),
  ]),
);

/**
 * Every exported declaration of the public entries as text, sorted by name, without bodies and comments: what a plugin
 * can see.
 */
export function apiReport(): string {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram(
    Object.values(entries).map((file) => path.join(root, file)),
    { ...options, noEmit: false, declaration: true, emitDeclarationOnly: true, removeComments: true, outDir: '/api' },
  );
  const checker = program.getTypeChecker();
  const declarations = new Map<ts.SourceFile, ts.SourceFile>();
  const emitted = (source: ts.SourceFile): ts.SourceFile => {
    const known = declarations.get(source);
    if (known) return known;
    let text = '';
    program.emit(source, (_, written) => (text = written), undefined, true);
    const made = ts.createSourceFile(source.fileName, text, ts.ScriptTarget.ES2022, true);
    declarations.set(source, made);
    return made;
  };
  const sections = Object.entries(entries).map(([entry, file]) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path.join(root, file))!)!;
    const lines = checker
      .getExportsOfModule(module)
      .map((symbol) => ({ name: symbol.getName(), text: textOf(symbol, checker, emitted) }));
    return `# ${entry}\n\n${lines
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ text }) => text)
      .join('\n\n')}\n`;
  });
  return `What the public entries export. Written by: npm run api\n\n${sections.join('\n')}`;
}

function textOf(symbol: ts.Symbol, checker: ts.TypeChecker, emitted: (source: ts.SourceFile) => ts.SourceFile): string {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declared = (target.declarations ?? []).map((declaration) => declaration.getSourceFile());
  const own = declared.filter((source) => !source.fileName.includes('node_modules'));
  if (target.flags & ts.SymbolFlags.ValueModule) return `export * as ${symbol.getName()};`;
  if (own.length === 0) return `export { ${symbol.getName()} } from a package;`;
  const statements = [...new Set(own)].flatMap((source) =>
    emitted(source).statements.filter((statement) => namesOf(statement).includes(target.getName())),
  );
  return statements
    .map((statement) =>
      statement
        .getText()
        .replaceAll(/\r/g, '')
        .replace(/^export declare |^declare /, 'export '),
    )
    .join('\n');
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = statement as { name?: ts.Identifier };
  return name ? [name.text] : [];
}
