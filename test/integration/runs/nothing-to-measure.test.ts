import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { npyFixture, npzFixture } from '../../../framework/data/embeddings/array-fixtures.ts';
import { ablateHere } from '#test/ablate-here';
import type { Ended } from '#test/ablate';
import { classFolders } from '#test/class-folders';

let root: string;
let specs = 0;

/** Runs a spec of a moment: one step over three classes of six images. */
async function run(dataset: string, evaluate: string): Promise<Ended> {
  const name = `spec-${++specs}`;
  await writeFile(
    join(root, `${name}.yaml`),
    `name: ${name}
threads: 1
dataset: ${dataset}
backbone: {mlp: {embedding: 2, hidden: []}}
head: {linear: {}}
losses: [softmax]
train: {epochs: 1, batch: 6}
evaluate: ${evaluate}
`,
  );
  return ablateHere(['run', `${name}.yaml`], { cwd: root });
}
const folder = (split: string): string => `{image-folder: {path: images, color: gray, split: ${split}}}`;
const lone = '{glyphs: {classes: 3, imagesPerClass: 6, testPerClass: 1, size: 12}}';

describe('a run of which nothing, or nothing with a meaning, can be measured', () => {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'ablate-nothing-'));
    await classFolders(join(root, 'images'), { classes: 3, images: 6, side: 4 });
  });

  it('is refused before it trains where no image is left for test', async () => {
    const ended = await run(folder('[0.95, 0.05]'), '[accuracy]');
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is nothing to measure: accuracy measures'),
    });
    expect(ended.stderr + ended.stdout).toContain('leaves no image for test');
    expect(ended.stdout).not.toContain('100 %');
  });

  it('fails where evaluators find nothing in the images for test', async () => {
    expect(await run(lone, '[retrieval]')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('retrieval found nothing on the images for test'),
    });
  });

  it('names an evaluator that finds nothing beside one that does', async () => {
    const ended = await run(lone, '[accuracy, retrieval]');
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr + ended.stdout).toContain(
      'The evaluator "retrieval" found nothing to measure on the images for test.',
    );
  });

  it('warns of a test of one class', async () => {
    const ended = await run(folder('{by: name, train: [class-0, class-1], test: [class-2]}'), '[retrieval]');
    expect(ended.stderr + ended.stdout).toContain(
      'All images for test show one class, class-2: metrics that compare classes are 1 or left out, and say nothing.',
    );
    await writeFile(
      join(root, 'one.npz'),
      npzFixture({
        embedding: npyFixture('<f4', [3, 2], Float32Array.of(1, 0, 1, 0.1, 0, 1)),
        label: npyFixture('<i4', [3], Int32Array.of(7, 7, 7)),
      }),
    );
    const measured = await ablateHere(['evaluate', '--embeddings', 'one.npz', '--evaluate', 'retrieval'], {
      cwd: root,
    });
    expect(measured.stderr + measured.stdout).toContain('All images for test show one class, 7');
  });

  it('warns of predictions that can never be right', async () => {
    const ended = await run(folder('{by: name, train: [class-0, class-1], test: [class-2]}'), '[accuracy]');
    expect(ended.stderr + ended.stdout).toContain(
      'No class of test is a training class, so the predictions that accuracy measures can never be right.',
    );
    expect((await run(folder('[4, 2]'), '[accuracy]')).stderr).not.toContain('can never be right');
  });
});
