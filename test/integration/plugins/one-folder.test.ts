import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePackage } from '../../../framework/author/scaffold/write-package.ts';
import { pluginFolders, root } from '#test/plugin-folders';

const scratch = mkdtempSync(join(tmpdir(), 'ablate-one-folder-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const copy = join(scratch, 'ablate');
const own = join(copy, 'plugins', 'losses', 'trial-loss');
const ablate = (...args: string[]): string =>
  execFileSync(process.execPath, [join(copy, 'framework', 'app', 'bin', 'ablate.mjs'), ...args], {
    cwd: scratch,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });

/** All that is in the copy's framework and plugins. */
const files = (): string[] =>
  ['framework', 'plugins'].flatMap((folder) =>
    readdirSync(join(copy, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );

describe('a new loss', { timeout: 300_000 }, () => {
  let added: string[];
  beforeAll(async () => {
    for (const name of ['framework', 'plugins', 'package.json', 'tsconfig.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const before = new Set(files());
    const { directory } = await writePackage('loss', 'trial-loss', 'ts', scratch);
    mkdirSync(own);
    for (const name of ['index.ts', 'trial-loss.ts', 'trial-loss.test.ts', 'README.md'])
      cpSync(join(directory, name), join(own, name));
    added = files().filter((file) => !before.has(file));
  });

  it('is the four files of its folder', () => {
    expect(added.map((file) => file.slice(own.length + 1)).toSorted()).toEqual([
      'README.md',
      'index.ts',
      'trial-loss.test.ts',
      'trial-loss.ts',
    ]);
  });

  it('keeps what every loss owes, and may be named in a spec', () => {
    expect(ablate('check', 'losses/trial-loss')).not.toContain('✗');
    const spec = join(scratch, 'spec.yaml');
    writeFileSync(
      spec,
      'name: trial\ndataset: glyphs\nbackbone: mlp\nhead: cosine\nlosses: [trial-loss: {m: 0.3}]\noptimizer: sgd\nschedule: {constant: {rate: 0.1}}\ntrain: {epochs: 1, batch: 8}\nevaluate: [accuracy]\n',
    );
    expect(ablate('validate', spec, '--json')).toContain('trial');
  });

  it('has its section in the generated reference, where nothing else is another', () => {
    const reference = ablate('describe', '--markdown');
    const [section] = /^## losses\/trial-loss\n.*?(?=^## )/ms.exec(reference) ?? [''];
    expect(section).toContain('`m`');
    expect(reference.replace(section, '')).toBe(readFileSync(join(root, 'docs', 'reference', 'plugins.md'), 'utf8'));
  });
});

/** Words that are names of losses and something else too: plugins of other kinds, a kind, values of drawings. */
const words = new Set(['angular', 'center', 'circle', 'margin', 'multi-similarity', 'regularizer', 'ring']);

it('is named by nothing in the framework: no built-in loss is', () => {
  const names = new Set(pluginFolders.flatMap(({ plural, id }) => (plural === 'losses' && !words.has(id) ? [id] : [])));
  expect(names.size).toBeGreaterThan(40);
  const named: string[] = [];
  const sources = readdirSync(join(root, 'framework'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.test|\.d|fixtures?)\.m?ts$/.test(file),
  );
  expect(sources.length).toBeGreaterThan(800);
  for (const file of sources) {
    const source = ts.createSourceFile(
      file,
      readFileSync(join(root, 'framework', file), 'utf8'),
      ts.ScriptTarget.ES2022,
    );
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node) && names.has(node.text)) named.push(`${file}: ${node.text}`);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  expect(named).toEqual([]);
});
