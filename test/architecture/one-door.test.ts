import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { root } from '#test/plugin-folders';

const contract = path.join(root, 'framework/contracts/plugin.ts');

const parsed = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
);
const isSource = (file: string): boolean =>
  /^(framework|plugins)\//.test(path.relative(root, file)) && !/\.test\.ts$/.test(file);

/** Where `create` and `inspect` of a manifest are read, as `file: name`; in the sources, and in `more` by its path. */
function readers(more: Readonly<Record<string, string>>): string[] {
  const host = ts.createCompilerHost(parsed.options);
  const read = host.readFile.bind(host);
  const has = host.fileExists.bind(host);
  host.readFile = (file) => more[file] ?? read(file);
  host.fileExists = (file) => file in more || has(file);
  const files = [...parsed.fileNames.filter(isSource), ...Object.keys(more)];
  const program = ts.createProgram(files, { ...parsed.options, noEmit: true }, host);
  const checker = program.getTypeChecker();
  const isOfManifest = (symbol: ts.Symbol | undefined): boolean =>
    symbol?.declarations?.some((declaration) => declaration.getSourceFile().fileName === contract) ?? false;
  const found: string[] = [];
  for (const file of files) {
    const visit = (node: ts.Node): void => {
      const name = ts.isPropertyAccessExpression(node)
        ? node.name
        : ts.isElementAccessExpression(node)
          ? node.argumentExpression
          : ts.isBindingElement(node)
            ? (node.propertyName ?? node.name)
            : undefined;
      if (name && /^['"`]?(create|inspect)['"`]?$/.test(name.getText())) {
        const symbol = ts.isBindingElement(node)
          ? checker.getTypeAtLocation(node.parent).getProperty(name.getText())
          : ts.isElementAccessExpression(node)
            ? checker.getTypeAtLocation(node.expression).getProperty(name.getText().slice(1, -1))
            : checker.getSymbolAtLocation(name);
        if (isOfManifest(symbol)) found.push(`${path.relative(root, file)}: ${name.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(program.getSourceFile(file)!);
  }
  return found;
}

const bypass = `
import type { PluginManifest } from '../contracts/plugin.ts';
import axios from 'axios';
export const other = axios.create({});
export const straight = (manifest: PluginManifest<'figure'>) => manifest.create({}, {} as never);
export const index = (manifest: PluginManifest<'loss'>) => manifest['create']({}, {} as never);
export const taken = ({ create }: PluginManifest<'tracker'>) => create({}, {} as never);
export const renamed = ({ inspect: look }: PluginManifest) => look?.({}, {} as never);
`;

test('a plugin is made, and asked to inspect, by one function alone; a bypass is found however it is written', () => {
  const found = readers({ [path.join(root, 'framework/plugins/bypass.ts')]: bypass });
  const isBypass = (line: string): boolean => line.startsWith('framework/plugins/bypass.ts');
  expect(found.filter(isBypass).map((line) => line.split(': ')[1])).toEqual([
    'create',
    "'create'",
    'create',
    'inspect',
  ]);
  expect([...new Set(found.filter((line) => !isBypass(line)))].sort()).toEqual([
    // These two ask whether there is an `inspect`, and call none.
    'framework/author/conformance/kinds/dataset-rules.ts: inspect',
    'framework/experiment/spec/inspections.ts: inspect',
    'framework/plugins/inspect-plugin.ts: inspect',
    'framework/plugins/make-component.ts: create',
  ]);
});
