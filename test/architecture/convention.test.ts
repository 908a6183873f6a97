import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { pluginFolders } from '#test/plugin-folders';

const parsed = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

describe.each(pluginFolders)('$title', ({ directory }) => {
  const index = parsed(path.join(directory, 'index.ts'));

  it('has the manifest alone in its index', () => {
    const others = index.statements.filter(
      (statement) => !ts.isImportDeclaration(statement) && !ts.isExportAssignment(statement),
    );
    expect(others.map((statement) => statement.getText())).toEqual([]);
  });

  it('keeps its options beside the function that reads them, and infers their type', () => {
    const [, schema] = /^ {2}schema(?:: (.*))?,$/m.exec(index.text) ?? [];
    if (schema === 'z.strictObject({})') return;
    expect(schema).toBe('options');
    const [, file] = /import \{[^}]*\boptions\b[^}]*\} from '\.\/([\w-]+\.ts)'/.exec(index.text) ?? [];
    const beside = readFileSync(path.join(directory, file!), 'utf8');
    expect(beside).toMatch(/^export const options\b/m);
    const typed = /^export (?:type|interface) (\w+Options)\b(.*)$/m.exec(beside);
    // A plugin whose function reads none of them, as the launcher `command`, needs no type.
    if (typed) expect(typed[2]).toContain('z.output<typeof options>');
    else expect(index.text).not.toMatch(/create: \(options\b/);
  });
});
