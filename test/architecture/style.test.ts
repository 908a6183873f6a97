import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '#test/plugin-folders';

test('the formatter and the linter find nothing (npm run format, npm run lint)', () => {
  const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { stdout, stderr, status } = spawnSync(process.execPath, [biome, 'ci', '--max-diagnostics=20', '.'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
});

test('at most one line in two hundred is longer than 120 characters: texts that a line break would change', () => {
  const { stdout } = spawnSync('git', ['ls-files', '*.ts', '*.mts', '*.mjs', '*.js'], { cwd: root, encoding: 'utf8' });
  const lines = stdout
    .trim()
    .split('\n')
    .flatMap((name) => readFileSync(path.join(root, name), 'utf8').split('\n'));
  expect(lines.length).toBeGreaterThan(50_000);
  expect(lines.filter((line) => line.length > 120).length / lines.length).toBeLessThan(0.005);
});

test('files are kebab-case, and none is called for holding what has no other place', () => {
  const { stdout } = spawnSync('git', ['ls-files', 'framework', 'plugins', 'test/*.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const files = stdout.trim().split('\n');
  expect(files.length).toBeGreaterThan(1_000);
  const told = ['README.md', 'framework/PLUGIN-API.md'];
  expect(
    files.filter((file) => !told.some((name) => file.endsWith(name)) && !/^[a-z0-9.-]+$/.test(path.basename(file))),
  ).toEqual([]);
  expect(files.filter((file) => /\/(utils?|helpers?|common)(\/|\.\w+$)/.test(file))).toEqual([]);
});
