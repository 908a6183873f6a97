import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOfFiles, pluginFiles } from './plugin-files.ts';

let folder: string;
const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ablate-plugin-files-'));
  write(
    'loss/index.ts',
    "import { definePlugin } from 'ablate-ml';\nimport { math } from './math.js';\nimport { readFileSync } from 'fs';\nimport { z } from 'zod';\nconst table = new URL('./table.bin', import.meta.url);\nconst later = () => import('../shared/more');\nimport './absent.js';\n",
  );
  write('loss/math.ts', "export const math = 1;\nexport * from './index.ts';\n");
  write('loss/table.bin', '\u0001');
  write('loss/beside.ts', 'export const unused = 1;\n');
  write('shared/more.js', "const own = require('own');\n");
  write('node_modules/zod/package.json', '{"name": "zod", "version": "4.0.0"}');
  write('node_modules/own/package.json', '{"name": "own", "version": "1.2.3"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (): string => path.join(folder, 'loss/index.ts');

test('what the entry leads to, and nothing beside it', () => {
  expect(Object.keys(pluginFiles(entry()))).toEqual([
    '../shared/more.js',
    'index.ts',
    'math.ts',
    'own',
    'table.bin',
    'zod',
  ]);
  expect(pluginFiles(entry())).toMatchObject({ zod: '4.0.0', own: '1.2.3' });
});

test.each([
  ['a module that it imports', 'loss/math.ts', 'export const math = 2;\n'],
  ['a file that it reads', 'loss/table.bin', '\u0002'],
  ['a package that it imports', 'node_modules/own/package.json', '{"name": "own", "version": "1.2.4"}'],
])('%s changes the digest', (_, name, text) => {
  const before = digestOfFiles(pluginFiles(entry()));
  write(name, text);
  expect(digestOfFiles(pluginFiles(entry()))).not.toBe(before);
});

test('a file that it does not lead to changes nothing', () => {
  const before = digestOfFiles(pluginFiles(entry()));
  write('loss/beside.ts', 'export const unused = 2;\n');
  expect(digestOfFiles(pluginFiles(entry()))).toBe(before);
});
