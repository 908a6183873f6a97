import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pluginFolders, root } from '#test/plugin-folders';

/** Import specifiers of every module below a folder, as `file: specifier`. */
function importsBelow(directory: string, of: (file: string) => boolean): { file: string; specifier: string }[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(ts|mjs|js)$/.test(name) && !name.includes('node_modules') && of(name),
  );
  return files.flatMap((name) => {
    const file = path.join(directory, name);
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^'\n]+)'/g)].map(([, specifier]) => ({
      file,
      specifier: specifier!,
    }));
  });
}

const below = (folder: string, { file, specifier }: { file: string; specifier: string }): boolean => {
  const target = path.resolve(path.dirname(file), specifier);
  return specifier.startsWith('.') && !path.relative(folder, target).startsWith('..');
};

describe.each(pluginFolders)('$title', ({ directory }) => {
  test('imports the public entry, packages and its own files alone', () => {
    const foreign = importsBelow(directory, (name) => !name.endsWith('.test.ts')).filter(
      (one) => one.specifier.startsWith('.') && !below(directory, one),
    );
    expect(foreign).toEqual([]);
  });

  test('its tests import no other plugin', () => {
    const plugins = path.join(root, 'plugins');
    expect(
      importsBelow(directory, (name) => name.endsWith('.test.ts')).filter(
        (one) => below(plugins, one) && !below(directory, one),
      ),
    ).toEqual([]);
  });
});

test('the framework imports nothing from plugins', () => {
  const plugins = path.join(root, 'plugins');
  const imports = importsBelow(path.join(root, 'framework'), () => true);
  expect(imports.length).toBeGreaterThan(100);
  expect(imports.filter((one) => below(plugins, one))).toEqual([]);
});
