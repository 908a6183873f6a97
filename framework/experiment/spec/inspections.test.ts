import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../app/api/run.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { faultText } from './fault.ts';
import { Inspections } from './inspections.ts';
import { loadPlan } from './load-plan.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-inspected-'));
afterAll(() => rmSync(root, { recursive: true }));
const cache = path.join(root, 'cache');
const put = (name: string, content: string | Uint8Array): void => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), content);
};
const dot = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } })
  .png()
  .toBuffer();
for (const name of ['a/1', 'a/2', 'b/1', 'b/2']) put(`images/${name}.png`, dot);
put('images/c/not-decoded.png', 'no image at all');
put('rows.csv', 'path,label\na/1.png,a\nnowhere.png,b\n');
put('train.txt', 'a/1.png\nb/9.png\n');

/** What is found in a spec of one data set, without the folder's name, and what it warned of. */
async function inspected(dataset: string, more = '', trust = false): Promise<{ faults: string[]; warnings: string[] }> {
  put('spec.yaml', `dataset: ${dataset}\nbackbone: lenet-plus-plus\nhead: linear\nlosses: [softmax]\n${more}`);
  const inspections = new Inspections();
  await loadPlan(path.join(root, 'spec.yaml'), { catalogue: await createCatalogue({ trust }), inspections });
  const warnings: string[] = [];
  const faults = await inspections.faults({ cacheDirectory: cache, warn: (line) => void warnings.push(line) });
  return { faults: faults.map((fault) => faultText(fault).replaceAll(root, '')), warnings };
}

const where = (option: string, column: number): string => `/spec.yaml:1:${column} dataset.${option}: `;

describe('files that a spec names', () => {
  it.each([
    [
      'a folder that is not there',
      '{image-folder: {path: nowhere}}',
      `${where('image-folder.path', 32)}There is no readable folder /nowhere. Relative paths start at the spec's folder, .`,
    ],
    [
      '~ for the home folder',
      '{image-folder: {path: ~/faces}}',
      `${where('image-folder.path', 32)}There is no readable folder /~/faces. A shell puts your home folder for ~, a spec does not: write \${env:HOME}/faces.`,
    ],
    [
      'a blank that nobody sees',
      "{image-folder: {path: 'faces '}}",
      `${where('image-folder.path', 32)}There is no readable folder "/faces ".`,
    ],
    [
      'a pattern that does not compile',
      "{image-folder: {path: images, class: '(a'}}",
      `${where('image-folder.class', 47)}class: Invalid regular expression`,
    ],
    [
      'a pattern that fits no name',
      "{image-folder: {path: images, class: '(x)'}}",
      `${where('image-folder.class', 47)}/images/a/1.png has no class`,
    ],
    [
      'more than there is',
      '{image-folder: {path: images, split: [900, 100]}}',
      `${where('image-folder.split', 47)}split: [900, 100] asks for 1000, but the data set holds 5`,
    ],
    [
      'more classes than there are',
      '{image-folder: {path: images, split: {by: class, shares: [9, 1]}}}',
      `${where('image-folder.split.shares', 67)}split: [9, 1] asks for 10, but classes: the data set holds 3`,
    ],
    [
      'a list that is not there',
      '{image-folder: {path: images, split: {by: list, train: absent.txt}}}',
      `${where('image-folder.split.train', 65)}There is no readable file /absent.txt`,
    ],
    [
      'a list of another image',
      '{image-folder: {path: images, split: {by: list, train: train.txt}}}',
      `${where('image-folder', 11)}/train.txt:2 lists b/9.png`,
    ],
    [
      'a row of a missing image',
      '{csv: {file: rows.csv, path: images}}',
      `${where('csv', 11)}1 of the 2 images that /rows.csv lists are not there`,
    ],
    [
      'classes that are met again',
      '{image-folder: {path: images, openSet: true, split: [0.5, 0.5]}}',
      `${where('image-folder', 11)}2 of the 3 classes of test are training classes too`,
    ],
    [
      'nothing to train on',
      '{image-folder: {path: images, split: {by: name, test: [a, b, c]}}}',
      `${where('image-folder', 11)}The data set has no training images`,
    ],
    [
      'an index without its file',
      '{mnist: {images: absent, labels: rows.csv, split: [1, 1]}}',
      `${where('mnist.images', 27)}There is no readable file /absent`,
    ],
    [
      'another file than an index',
      '{mnist: {images: rows.csv, labels: rows.csv, split: [1, 1]}}',
      `${where('mnist', 11)}/rows.csv starts with the number`,
    ],
    [
      'no shard',
      '{webdataset: {train: images}}',
      `${where('webdataset.train', 31)}images holds no file that ends in .tar`,
    ],
  ])('%s is told at its place', async (_, dataset, message) => {
    const { faults } = await inspected(dataset);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });

  it('are looked at once for all runs that name them, and each at its own place', async () => {
    const { faults } = await inspected(
      '{image-folder: {path: images}}',
      'matrix: {seed: [1, 2, 3], dataset.image-folder.path: [images, nowhere, absent]}\n',
    );
    expect(faults.map((fault) => fault.slice(0, fault.indexOf('. ')))).toEqual([
      '/spec.yaml:5:63 dataset.image-folder.path: There is no readable folder /nowhere',
      '/spec.yaml:5:72 dataset.image-folder.path: There is no readable folder /absent',
    ]);
  });

  it('tells of the weights of a backbone', async () => {
    const weights = (file: string): string => `matrix: {backbone: [{resnet: {weights: ${file}}}]}\n`;
    expect((await inspected('{image-folder: {path: images}}', weights('absent.safetensors'))).faults[0]).toContain(
      'backbone.resnet.weights: There is no readable file',
    );
    expect((await inspected('{image-folder: {path: images}}', weights('rows.csv'))).faults[0]).toContain(
      "backbone.resnet.weights: /rows.csv is neither a safetensors file nor one of PyTorch's",
    );
    const model = 'matrix: {backbone: [{layers-model: {model: rows.csv}}]}\n';
    expect((await inspected('{image-folder: {path: images}}', model)).faults[0]).toContain(
      '/rows.csv is not a layers model',
    );
  });

  it('decodes no image, fetches nothing, and says what is left out', async () => {
    put('images/notes.txt', '');
    expect(await inspected('{image-folder: {path: images, split: [0.5, 0.5]}}')).toEqual({
      faults: [],
      warnings: [expect.stringContaining('1 file that ends in .txt')],
    });
    rmSync(path.join(root, 'images/notes.txt'));
    const sha256 = createHash('sha256').update('x').digest('hex');
    expect(await inspected(`{image-folder: {path: {url: "http://127.0.0.1:9/faces.zip", sha256: ${sha256}}}}`)).toEqual(
      { faults: [], warnings: [] },
    );
    expect(existsSync(path.join(cache, 'downloads'))).toBe(false);
  });

  it('a plugin that fails as it looks is named, and one that nobody trusts does not look', async () => {
    const source = (body: string): string => `
      import { z } from 'zod';
      import { writeFileSync } from 'node:fs';
      const schema = z.strictObject({ file: z.string().default('x').describe('file') });
      export default { kind: 'dataset', name: 'own', summary: 's', framework: '^0.1.0', schema, create: () => ({}), inspect: () => { ${body} } };`;
    mkdirSync(path.join(root, 'node_modules'), { recursive: true });
    put('node_modules/zod/package.json', JSON.stringify({ name: 'zod', type: 'module', exports: './index.js' }));
    put('node_modules/zod/index.js', `export * from ${JSON.stringify(path.resolve('node_modules/zod/index.js'))};`);
    put('own.mjs', source("throw new TypeError('file is not iterable');"));
    const { faults } = await inspected('{./own.mjs: {}}', '', true);
    expect(faults[0]).toMatch(
      /^\/spec\.yaml:1:11 dataset\["\.\/own\.mjs"\]: The dataset "own" .* failed in inspect: file is not iterable \(\/own\.mjs:5:\d+\)\.$/,
    );
    put('untrusted.mjs', source("writeFileSync('ran', '');"));
    await expect(inspected('{./untrusted.mjs: {}}')).rejects.toThrow('none of it was run');
    expect(existsSync('ran')).toBe(false);
  });

  it('keep the first run from starting', async () => {
    put(
      'spec.yaml',
      'dataset: {image-folder: {path: nowhere}}\nbackbone: lenet-plus-plus\nhead: linear\nlosses: [softmax]\nmatrix: {seed: [1, 2]}\n',
    );
    const out = path.join(root, 'runs');
    await expect(run(path.join(root, 'spec.yaml'), { out }).report).rejects.toMatchObject({
      code: 'SPEC_INVALID',
      exitCode: 2,
      faults: [{ path: 'dataset.image-folder.path' }],
    });
    expect(existsSync(out)).toBe(false);
  });
});
