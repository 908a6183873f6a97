import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ablateHere } from '#test/ablate-here';
import { expectedItems, expectedLayout, itemsByPath } from '#test/layouts';
import type { ListedItems } from '../../../framework/data/splits/list-items.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-data-'));
afterAll(() => rmSync(folder, { recursive: true }));
const spec = path.join(folder, 'spec.yaml');
const rest = 'backbone: mlp\nhead: linear\nlosses: [softmax]\n';
const list = async (dataset: string, ...args: string[]) => {
  writeFileSync(spec, `dataset: ${dataset}\n${rest}`);
  return ablateHere(['data', 'list', spec, ...args]);
};

test('data list --json prints every image of a published set with role, class and columns', async () => {
  const expected = expectedLayout('market-1501');
  const { code, stdout, stderr } = await list(`{market-1501: {path: '${expected.root}'}}`, '--json');
  expect(code).toBe(0);
  const listed = JSON.parse(stdout) as ListedItems;
  expect(itemsByPath(listed, 'camera')).toEqual(
    expectedItems(
      expected,
      'metric',
      (item) => String(item.class),
      ({ camera }) => ({ camera: String(camera) }),
    ),
  );
  expect(listed.skipped).toEqual({ 'junk (person -1), passed over in every ranking': 4, 'no image': 3 });
  expect(stderr).toContain('Market-1501 as it is here differs from what was published');
});

test('data list knows classes by a column, parts without training, and a count a role', async () => {
  const { root } = expectedLayout('stanford-online-products');
  const byColumn = await list(`{stanford-online-products: {path: '${root}'}, class: superclass}`, '--json');
  expect((JSON.parse(byColumn.stdout) as ListedItems).classes).toEqual(
    ['bicycle', 'chair', 'kettle', 'stapler'].map((name) => `${name}_final`),
  );
  const landmarks = expectedLayout('google-landmarks-v2').root;
  const { code, stdout } = await list(`{google-landmarks-v2: {path: '${landmarks}', split: retrieval}}`);
  expect(code).toBe(0);
  expect(stdout).toMatch(/gallery +19 +4 .*\nprobe +5 +0 /);
  expect(stdout).toContain('4 left out: no index image shows what the query does (Ignored)');
});

test('data list lists made images too, and leaves with 2 where a download is wrong', async () => {
  const { stdout } = await list('{glyphs: {classes: 4}}', '--json');
  expect((JSON.parse(stdout) as ListedItems).classes.length).toBeGreaterThan(1);
  const { code, stderr } = await list(`{cub-200: {path: '${folder}'}}`);
  expect(code).toBe(2);
  expect(stderr).toMatch(/CUB-200-2011 has images\.txt, and [^]*vision\.caltech\.edu/);
});
