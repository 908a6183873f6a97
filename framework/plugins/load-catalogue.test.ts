import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindNames } from './kinds.ts';
import { createCatalogue } from './load-catalogue.ts';

const register = new URL('../app/bin/register.mjs', import.meta.url).href;
const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-catalogue-'));
const zod = pathToFileURL(path.resolve('node_modules/zod/index.js')).href;
const good = `{ kind: 'loss', name: 'mine', summary: 'Mine.', framework: '^0.1.0', schema: z.strictObject({ a: z.number().default(1) }), create: () => ({}) }`;

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

const source = (manifest: string): string => `import { z } from '${zod}';\nexport default ${manifest};\n`;
const packaged = (name: string, manifest: object, manifestSource = good): void => {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.2.3', type: 'module', ...manifest }));
  write(`node_modules/${name}/lib/main.js`, source(manifestSource));
};

beforeAll(() => {
  packaged('esm-only', { exports: { '.': { import: './lib/main.js' } } });
  packaged('with-main', { main: './lib/main.js' });
  packaged('@scope/loss', { exports: { './deep': './lib/main.js' } });
  packaged('no-entry', { exports: { require: './lib/main.js' } });
  write('plugin.mjs', source(good));
  write(
    'typescript.ts',
    `import { z } from '${zod}';\nconst name: string = 'mine';\nexport default { ...${good}, name };\n`,
  );
  write('a folder/index.mjs', source(good));
  write(
    'a-package/package.json',
    JSON.stringify({ name: 'a-package', version: '3.2.1', type: 'module', exports: './main.js' }),
  );
  write('a-package/main.js', source(good));
  write('common.cjs', `exports.__esModule = true;\nexports.default = { kind: 'loss', name: 'mine' };\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('built-in plugins of every kind load by their folder and are called after it', async () => {
  const catalogue = await createCatalogue();
  for (const kind of kindNames) {
    const entries = await catalogue.builtIn(kind);
    expect(
      entries.map(({ manifest }) => manifest.name),
      kind,
    ).toEqual(catalogue.names(kind));
    expect(entries.length, kind).toBeGreaterThan(0);
  }
});

test.each([
  ['esm-only', 'package', '1.2.3'],
  ['with-main', 'package', '1.2.3'],
  ['@scope/loss/deep', 'package', '1.2.3'],
  ['./plugin.mjs', 'path', ''],
  ['./typescript.ts', 'path', ''],
  ['./a folder', 'path', ''],
  ['./a-package', 'path', '3.2.1'],
  [path.join(folder, 'plugin.mjs'), 'path', ''],
])('%s loads', async (name, origin, version) => {
  const entry = await (await createCatalogue({ trust: true })).load('loss', name, folder);
  expect(entry).toMatchObject({ origin, version, manifest: { kind: 'loss', name: 'mine' } });
});

test('a relative path starts at the folder it is named from, and a plugin loads once', async () => {
  const catalogue = await createCatalogue({ trust: true });
  const inner = path.join(folder, 'a folder');
  const entry = await catalogue.load('loss', '../plugin.mjs', inner);
  expect(entry.location).toBe(folder);
  expect(await catalogue.load('loss', '../plugin.mjs', inner)).toBe(entry);
});

describe('refusals', () => {
  const wrong = (change: string): string => source(`{ ...${good}, ${change} }`);
  const refused: [string, string, string][] = [
    ['no-default', 'export const loss = 1;\n', 'has no plugin as its default export'],
    ['other-kind', wrong(`kind: 'head'`), 'is a head, not a loss'],
    ['no-kind', wrong(`kind: 'los'`), 'says it is of kind "los"'],
    ['bad-name', wrong(`name: 'My Loss'`), 'has the name "My Loss"'],
    ['no-summary', wrong(`summary: ''`), 'has no summary'],
    ['no-create', wrong(`create: undefined`), 'has no function "create"'],
    ['no-range', wrong(`framework: 'newest'`), 'has the framework range "newest"'],
    ['unfit-range', wrong(`framework: '^9.0.0'`), /needs ablate-ml \^9\.0\.0, and this is \d/.source],
    ['no-schema', wrong(`schema: { parse() {} }`), 'has no strict zod object as its schema'],
    ['loose-schema', wrong(`schema: z.object({})`), 'has no strict zod object as its schema'],
    ['throws', `throw new Error('not today');\n`, 'fails while it is loaded .*: not today'],
    ['missing-import', `import 'not-installed-at-all';\n`, 'fails while it is loaded .*not-installed-at-all'],
  ];
  test('an ES module in a package that is none says how to make it one', async () => {
    write('commonjs/package.json', '{"type": "commonjs"}');
    write('commonjs/loss.js', `import { z } from 'ablate-ml';\nexport default z;\n`);
    const code = `const { createCatalogue } = await import(${JSON.stringify(new URL('./load-catalogue.ts', import.meta.url).href)});
await (await createCatalogue({ trust: true })).load('loss', './commonjs/loss.js', ${JSON.stringify(folder)}).catch((error) => process.stdout.write(error.remedy));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', register, '--input-type=module', '-e', code], {
      encoding: 'utf8',
    });
    expect(stdout, stderr).toContain('name it .mjs');
  });

  test.each(refused)('%s', async (name, text, message) => {
    write(`refused/${name}.mjs`, text);
    const load = (await createCatalogue({ trust: true })).load('loss', `./refused/${name}.mjs`, folder);
    await expect(load).rejects.toMatchObject({
      code: 'PLUGIN_INVALID',
      message: expect.stringMatching(message) as string,
      remedy: expect.any(String) as string,
    });
    await expect(load).rejects.toThrow(`${name}.mjs`);
  });

  test.each([
    ['./absent.mjs', 'PLUGIN_NOT_FOUND', 'there is no loss at'],
    ['./plugin', 'PLUGIN_NOT_FOUND', 'Did you mean "./plugin.mjs"?'],
    ['not-installed', 'PLUGIN_NOT_FOUND', 'npm install not-installed'],
    ['arcfase', 'PLUGIN_NOT_FOUND', 'Did you mean "arcface"?'],
    ['linear', 'PLUGIN_NOT_FOUND', '"linear" is a head, not a loss'],
    ['Not A Name', 'PLUGIN_NOT_FOUND', 'there is no loss "Not A Name"'],
    ['no-entry', 'PLUGIN_INVALID', 'The package "no-entry" has no entry that can be imported'],
    ['node:fs', 'PLUGIN_NOT_FOUND', 'there is no loss "node:fs"'],
    ['https://example.org/x.js', 'PLUGIN_NOT_FOUND', 'there is no loss "https://example.org/x.js"'],
    ['./refused', 'PLUGIN_INVALID', 'holds no plugin'],
    ['./common.cjs', 'PLUGIN_INVALID', 'has no summary'],
  ])('%s', async (name, code, message) => {
    await expect((await createCatalogue({ trust: true })).load('loss', name, folder)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
});
