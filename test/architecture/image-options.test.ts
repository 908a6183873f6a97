import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readmeFaults } from '../../framework/author/conformance/readme-faults.ts';
import { imageOptions } from '../../framework/data/images/image-options.ts';
import { missingOption } from '../../framework/data/images/report-missing.ts';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { optionTable, type OptionRow } from '../../framework/plugins/option-table.ts';
import { pluginFolders, root } from '#test/plugin-folders';

const shared = z.strictObject({ missing: missingOption, ...imageOptions });
const sharedRows = new Map(optionTable(shared).map((row) => [row.option, row]));
const catalogue = await createCatalogue();

/** Data sets that decode image files: those that say what a broken one does. */
const datasets: { name: string; rows: OptionRow[]; readme: string }[] = [];
for (const { plural, id, directory } of pluginFolders) {
  if (plural !== 'datasets') continue;
  const rows = optionTable((await catalogue.load('dataset', id, root)).manifest.schema);
  if (rows.some(({ option }) => option === 'broken'))
    datasets.push({ name: id, rows, readme: readFileSync(path.join(directory, 'README.md'), 'utf8') });
}

test('the page that has the options of all data sets of images has them as their schema does', () => {
  expect(readmeFaults({ schema: shared }, readFileSync(path.join(root, 'docs/concepts/data.md'), 'utf8'))).toEqual([]);
});

test('there are data sets of image files', () => {
  expect(datasets.length).toBeGreaterThanOrEqual(7);
});

test.each(datasets)('$name has them all, of one type, in one order, behind its own', ({ rows, readme }) => {
  const order = ['split', 'openSet', 'missing', ...Object.keys(imageOptions)];
  const names = rows.map(({ option }) => option);
  expect(names.slice(names.findIndex((name) => name === 'missing' || name in imageOptions))).toEqual(
    order.filter((name) => names.includes(name) && name !== 'split' && name !== 'openSet'),
  );
  expect(names).toEqual(expect.arrayContaining(Object.keys(imageOptions)));
  expect(names.filter((name) => order.includes(name))).toEqual(order.filter((name) => names.includes(name)));
  for (const { option, type } of rows) {
    const same = sharedRows.get(option);
    if (same) expect([option, type]).toEqual([option, same.type]);
  }
  expect(readme).toContain('](../../../docs/concepts/data.md#options)');
});
